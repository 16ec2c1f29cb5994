import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AuditExportStartDocument, AuditExportStateDocument } from '../../../generated/graphql/documents';
import { askAs, callerOptions, readCaller } from '../sign-in';

const POLL_MS = 500;

/** `rahat audit export --out <file>`. @returns 0 when the file is there. */
export async function exportLog(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { ...callerOptions, out: text, from: text, to: text, project: text, known: { type: 'string', multiple: true } } });
  if (values.out === undefined) throw new Error('Say where to: --out <file>');
  const ask = await askAs(readCaller(values));
  const input = { from: timeOf('--from', values.from), to: timeOf('--to', values.to), projectId: values.project ?? null, knownSizes: (values.known ?? []).map(Number) };
  const { exportAuditLog } = await ask(AuditExportStartDocument, { input, key: randomUUID() });
  for (;;) {
    const { auditExport } = await ask(AuditExportStateDocument, { id: exportAuditLog.id });
    if (!auditExport || auditExport.status === 'FAILED') throw new Error(`There is no file (${auditExport?.failure ?? 'gone'}).`);
    if (auditExport.status === 'READY' && auditExport.downloadUrl) {
      await download(auditExport.downloadUrl, values.out);
      console.log(`${auditExport.entries} entries of a log of ${auditExport.treeSize} in ${values.out}.`);
      return 0;
    }
    await sleep(POLL_MS);
  }
}

function timeOf(name: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Error(`${name} is no time: 2026-03-31 or 2026-03-31T12:00:00Z`);
  return time.toISOString();
}

async function download(url: string, file: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`The download was refused (${response.status}).`);
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file, { mode: 0o600 }));
}
