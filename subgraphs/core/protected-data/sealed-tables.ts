import type { SealedTable } from './key-rotation';

/** Every table that holds sealed records. A test compares it with the database: one that is missing would lose its records with the older key. */
export const sealedTables: readonly SealedTable[] = [
  { name: 'beneficiary_pii', id: 'beneficiary_id' },
  { name: 'document', id: 'id' },
  { name: 'grievance_step', id: 'id' },
  { name: 'offline_conflict', id: 'id' },
  { name: 'vendor_pii', id: 'vendor_id' },
];
