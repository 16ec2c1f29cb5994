import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { verifyExport } from './verify-export';

// The shortest way to check a file: `node command.mjs <export.ndjson> <verifier key>...`. `rahat audit verify` can do more.
const [file, ...keys] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: rahat-audit-verify <export.ndjson> [<verifier key>...]');
  process.exitCode = 1;
} else {
  void verifyExport(createInterface({ input: createReadStream(file), crlfDelay: Infinity }), keys.length > 0 ? { keys } : {}).then((result) => {
    for (const { code, line, index, message } of result.findings) console.log(`${code}, line ${line ?? '-'}, entry ${index ?? '-'}: ${message}`);
    console.log(`${result.entries} entries of a log of ${result.treeSize}. ${result.ok ? 'Everything is as it was signed.' : 'This is NOT what was signed.'}${result.keysFromExport ? ' The key came from the file itself.' : ''}`);
    process.exitCode = result.ok ? 0 : 1;
  });
}
