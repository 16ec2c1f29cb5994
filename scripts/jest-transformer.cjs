// @ts-check
'use strict';
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { extname } = require('node:path');
const esbuild = require('esbuild');
const { transformOptions } = require('./esbuild-options.cjs');

const OWN_FILES = [__filename, require.resolve('./esbuild-options.cjs')];
const ownHash = createHash('sha256')
  .update(esbuild.version)
  .update(OWN_FILES.map((file) => readFileSync(file, 'utf8')).join())
  .digest('hex');

/** @type {Record<string, import('esbuild').Loader>} */
const LOADERS = { '.ts': 'ts', '.js': 'js', '.mjs': 'js' };

/**
 * TypeScript, and the few packages that are ES modules only, as CommonJS for Jest.
 * @type {import('@jest/transform').SyncTransformer}
 */
const transformer = {
  getCacheKey: (source, path, options) => createHash('sha256').update(ownHash).update(path).update(source).update(options.configString).digest('hex'),
  process: (source, path) => {
    const { code } = esbuild.transformSync(source, {
      ...transformOptions,
      loader: LOADERS[extname(path)] ?? 'js',
      sourcefile: path,
      // Jest runs dynamic imports only under a flag; as calls of require they also reach mocks.
      supported: { 'dynamic-import': false },
    });
    return { code };
  },
};

module.exports = transformer;
