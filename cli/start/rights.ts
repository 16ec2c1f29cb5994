import { grantService, grantTables, type Restrictions } from '#kernel/db';

/** The tree over the audit log: written by its single writer, under a role of its own. */
const TREE = ['audit_leaf', 'audit_subtree', 'audit_checkpoint', 'audit_key', 'audit_anchor'];

const SERVICE: Readonly<Record<'core' | 'chain', Restrictions>> = {
  core: { appendOnly: ['audit_entry'], readOnly: ['audit_pending', ...TREE] },
  chain: { appendOnly: ['audit_entry'] },
};

/** What the service role of a room may do in its database. */
export function grantRoom(ownerUrl: string, room: 'core' | 'chain', role: string): Promise<void> {
  return grantService(ownerUrl, role, SERVICE[room]);
}

/** What the writer of the audit tree may do: nobody, it neither, changes what is written. */
export function grantAuditWriter(ownerUrl: string, role: string): Promise<void> {
  const tree = TREE.map((table) => [table, ['SELECT', 'INSERT']] as const);
  return grantTables(ownerUrl, role, { audit_entry: ['SELECT'], audit_pending: ['SELECT', 'DELETE'], ...Object.fromEntries(tree) });
}
