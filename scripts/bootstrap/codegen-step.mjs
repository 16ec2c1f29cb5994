// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { filesBelow, hashOf, isFresh, versionOf, writeStamp } from './stamp.mjs';

const SCHEMA = 'gateway/api-schema.graphql';

/** Typed documents for the tests and the command line, from the schema that clients see. */
export function codegenSteps() {
  const documents = filesBelow(['tests', 'cli'], (name) => name.endsWith('.graphql'));
  if (!existsSync(join(ROOT, SCHEMA)) || documents.length === 0) return [];
  const hash = () => hashOf([SCHEMA, 'codegen.yml', ...documents], [versionOf('@graphql-codegen/cli')]);
  return [
    {
      title: 'generate types of GraphQL documents',
      fresh: () => isFresh('codegen', hash(), ['generated/graphql']),
      make: async () => {
        await run(process.execPath, ['node_modules/@graphql-codegen/cli/cjs/bin.js', '--config', 'codegen.yml']);
        writeStamp('codegen', hash());
      },
    },
  ];
}
