// @ts-check
'use strict';
const os = require('node:os');

/** Packages that are published as ES modules only; Jest loads CommonJS. A test that cannot parse an import names the next one. */
const ES_MODULES = ['jose', 'oauth4webapi', 'openid-client', 'otpauth', 'nodemailer', '@noble/hashes'];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '\\.(ts|js|mjs)$': '<rootDir>/scripts/jest-transformer.cjs' },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES.join('|')})/)`, '<rootDir>/dist/'],
  moduleNameMapper: { '^#kernel/(.*)$': '<rootDir>/kernel/$1/index.ts' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.rahat/'],
  setupFiles: ['<rootDir>/tests/kit/setup.ts'],
};

const every = {
  unit: { ...shared, displayName: 'unit', testMatch: ['<rootDir>/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '/generated/'] },
  // A story starts a whole system.
  stories: { ...shared, displayName: 'stories', testMatch: ['<rootDir>/tests/stories/**/*.story.ts'], testTimeout: 180_000 },
  // A drill breaks one on purpose; `npm run drill`.
  drills: { ...shared, displayName: 'drills', testMatch: ['<rootDir>/tests/drills/**/*.drill.ts'], testTimeout: 600_000 },
};

const chosen = (process.env.RAHAT_TEST_PROJECTS ?? 'unit,stories').split(',');

module.exports = {
  projects: Object.entries(every)
    .filter(([name]) => chosen.includes(name))
    .map(([, project]) => project),
  // Each worker of a story drives a system of eight processes: more workers than half of the cores only slow each other down.
  // Drills measure, so each has the machine to itself.
  maxWorkers: chosen.includes('drills') ? 1 : Math.max(1, Math.min(4, Math.ceil(os.availableParallelism() / 2))),
  testTimeout: 30_000,
};
