// @ts-check
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { tellingNames } from './scripts/lint/telling-names.mjs';
import { zoneOfTests, zonesBetweenRooms, zonesOfDoors, zonesOfStrangers } from './scripts/lint/zones.mjs';

const TESTS = ['tests/**', '**/*.test.ts', '**/testing/**'];
const MAY_READ_ENVIRONMENT = ['**/env.ts', '**/main.ts', 'subgraphs/core/{worker,seed}.ts', 'scripts/**', 'cli/**', 'bench/**', '*.config.*', ...TESTS];

/** Packages under the Elastic License 2.0, each with the one folder that may import it. */
const FENCED = [
  { name: '@apollo/gateway', folder: 'gateway/engine/differential/**' }, // tests only: the engine that ours is held to
  { name: '@apollo/query-planner', folder: 'gateway/engine/compiler/**' },
  { name: '@apollo/federation-internals', folder: 'gateway/engine/compiler/**' },
  { name: '@apollo/composition', folder: 'subgraphs/core/supergraph/**' },
];

/**
 * @param {(typeof FENCED)[number][]} packages
 * @returns {import("eslint").Linter.RulesRecord}
 */
function fenced(packages) {
  const patterns = packages.map(({ name, folder }) => ({ group: [name, `${name}/*`], message: `Only ${folder} imports ${name} (Elastic License 2.0).` }));
  return { 'no-restricted-imports': ['error', { patterns }] };
}

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'dist.*/', 'generated/', '.rahat/', '**/*.d.ts'] },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX, house: { rules: { 'telling-names': tellingNames } } },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'] })] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-console': 'off',
      'max-lines': ['warn', { max: 250 }],
      'house/telling-names': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      ...fenced(FENCED),
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    // Tests stay in their room, but may look behind the doors in it: they wire by hand what `app.ts` wires.
    files: ['**/*.ts'],
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [...zonesBetweenRooms(), ...zonesOfStrangers()] }] },
  },
  {
    files: ['**/*.ts'],
    ignores: TESTS,
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...zonesBetweenRooms(), zoneOfTests(), ...zonesOfDoors(), ...zonesOfStrangers()] }],
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    ignores: MAY_READ_ENVIRONMENT,
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Only env.ts reads the environment; the rest receives what it returns.' },
      ],
    },
  },
  ...FENCED.map(({ folder }) => ({ files: [folder], rules: fenced(FENCED.filter((other) => other.folder !== folder)) })),
  // Holds our engine to stock's answers: composes supergraphs and runs both.
  { files: ['gateway/engine/differential/testing/**'], rules: fenced([]) },
  // Tools whose configuration must be a default export, or CommonJS.
  { files: ['*.config.*', 'codegen.ts'], rules: { 'import-x/no-default-export': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
