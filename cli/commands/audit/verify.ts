import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { verifyExport, type Verification } from '../../../sdk/audit-verifier';

/** `rahat audit verify <file>`. @returns 0 when everything is as it was signed. */
export async function verify(args: string[]): Promise<number> {
  const several = { type: 'string', multiple: true } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { key: several, checkpoint: several, json: { type: 'boolean', default: false } } });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('Say which file to check: rahat audit verify <export.ndjson>');
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  const known = (values.checkpoint ?? []).map((path) => readFileSync(path, 'utf8'));
  const result = await verifyExport(lines, { known, ...(values.key ? { keys: values.key } : {}) });
  console.log(values.json ? JSON.stringify(result, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)) : inWords(result));
  return result.ok ? 0 : 1;
}

function inWords(result: Verification): string {
  const newest = result.checkpoints.at(-1);
  return [
    ...result.findings.map(({ code, line, index, entryId, message }) => `${code}${line === null ? '' : `, line ${line}`}${index === null ? '' : `, entry ${index}`}${entryId === null ? '' : ` (${entryId})`}: ${message}`),
    `${result.entries} entries of a log of ${result.treeSize}, ${result.checkpoints.length} signed checkpoints${newest ? ` by ${newest.origin}` : ''}, ${result.anchors.length} of them said to be on chain.`,
    ...(result.keysFromExport ? ['The keys came from the file itself: give the one that you trust with --key.'] : []),
    result.ok ? 'Everything is as it was signed.' : 'This is NOT what was signed.',
  ].join('\n');
}
