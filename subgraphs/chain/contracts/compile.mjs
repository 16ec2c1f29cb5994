// @ts-check
/**
 * Compiles the contracts and writes what the chain room needs of them into `artifacts/`: interface and bytecode, committed.
 * `node subgraphs/chain/contracts/compile.mjs` writes; with `--check` it writes nothing and fails when a file is stale.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const folder = dirname(fileURLToPath(import.meta.url));
const sources = join(folder, 'src');
const artifacts = join(folder, 'artifacts');

const SETTINGS = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 200 },
  // Without the hash of the metadata the bytecode, and with it every address, depends on the code alone.
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

/** @param {string} path as an import statement names it */
function findImport(path) {
  try {
    return { contents: readFileSync(path.startsWith('@') ? require.resolve(path) : join(sources, path), 'utf8') };
  } catch {
    return { error: `${path} was not found` };
  }
}

/** @returns {Map<string, string>} file name of the artifact → its content */
function compile() {
  const files = readdirSync(sources).filter((name) => name.endsWith('.sol'));
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(files.map((name) => [name, { content: readFileSync(join(sources, name), 'utf8') }])),
    settings: SETTINGS,
  };
  const output = JSON.parse(require('solc').compile(JSON.stringify(input), { import: findImport }));
  const problems = (output.errors ?? []).map((/** @type {{ formattedMessage: string }} */ error) => error.formattedMessage);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return new Map(
    files.map((file) => {
      const name = file.replace(/\.sol$/, '');
      const { abi, evm } = output.contracts[file][name];
      return [`${name}.json`, `${JSON.stringify({ contractName: name, abi, bytecode: `0x${evm.bytecode.object}` }, null, 2)}\n`];
    }),
  );
}

const stale = [...compile()].filter(([name, content]) => {
  const path = join(artifacts, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== content;
});
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`subgraphs/chain/contracts/artifacts/${name} is stale: run node subgraphs/chain/contracts/compile.mjs`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(artifacts, { recursive: true });
  for (const [name, content] of stale) writeFileSync(join(artifacts, name), content);
  console.log(stale.length > 0 ? `wrote ${stale.map(([name]) => name).join(', ')}` : 'the artifacts were up to date');
}
