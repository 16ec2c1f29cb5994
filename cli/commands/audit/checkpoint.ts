import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AuditLogStateDocument } from '../../../generated/graphql/documents';
import { askAs, callerOptions, readCaller } from '../sign-in';

/** `rahat audit checkpoint`: the newest one, to be kept. @returns 0, or 1 while there is none. */
export async function checkpoint(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { ...callerOptions, out: { type: 'string' } } });
  const { auditLog } = await (await askAs(readCaller(values)))(AuditLogStateDocument, {});
  if (!auditLog?.newestCheckpoint) {
    console.error('Nothing is signed yet: the first checkpoint comes with the first change.');
    return 1;
  }
  if (values.out === undefined) process.stdout.write(auditLog.newestCheckpoint.note);
  else writeFileSync(values.out, auditLog.newestCheckpoint.note);
  console.error(`${auditLog.newestCheckpoint.treeSize} entries, signed ${String(auditLog.newestCheckpoint.signedAt)}. Keys:\n${auditLog.verifierKeys.join('\n')}`);
  return 0;
}
