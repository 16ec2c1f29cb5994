// @ts-check
import { relative, sep } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

const SAYS_NOTHING = /^(utils?|helpers?|common|misc|shared|lib|base|stuff)$/i;

/**
 * Files and folders say what is in them.
 * @type {import('eslint').Rule.RuleModule}
 */
export const tellingNames = {
  meta: { type: 'suggestion', schema: [], messages: { empty: '“{{name}}” says nothing about what is in it: name the concept.' } },
  create: (context) => ({
    Program: (node) => {
      for (const part of relative(ROOT, context.filename).split(sep)) {
        const name = part.split('.').slice(0, 2).find((word) => SAYS_NOTHING.test(word));
        if (name) context.report({ node, messageId: 'empty', data: { name } });
      }
    },
  }),
};
