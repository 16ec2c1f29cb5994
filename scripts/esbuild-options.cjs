// @ts-check
'use strict';

/**
 * How TypeScript becomes JavaScript here, for the build and for Jest alike. Decorators are the legacy ones and fields are
 * assigned, not defined, because type-graphql expects both.
 */
const tsconfigRaw = {
  compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false, target: 'es2023' },
};

/** @satisfies {import('esbuild').TransformOptions} */
const transformOptions = { format: 'cjs', target: 'node20', sourcemap: 'inline', tsconfigRaw };

module.exports = { tsconfigRaw, transformOptions };
