import { aidSdl, writeChainSchemas } from './schema-files';

// Run at the root of the repository: writes the committed schemas; `--check` only says which are stale; `--federated` prints that one.
const flags = process.argv.slice(2);
if (flags.includes('--federated')) {
  process.stdout.write(aidSdl('.').federated);
} else {
  const check = flags.includes('--check');
  const stale = writeChainSchemas(check);
  for (const path of stale) console.log(check ? `${path} is stale` : `wrote ${path}`);
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}
