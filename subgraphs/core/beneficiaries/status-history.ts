import type { BeneficiaryStatus } from './beneficiary.type';
import type { BeneficiaryStatusChange } from './status-change.type';

/** An entry of the audit log about where a registration stands. */
export interface StatusEntry {
  beneficiaryId: string;
  action: string;
  actorType: string;
  actorId: string;
  /** What the entry itself says; older ones say it by their action alone. */
  status: string | null;
  reason: string | null;
  at: Date;
}

/** Where a registration stands after each step, unless the entry says otherwise. The log is the history: it is written with every change, and nobody changes it. */
export const statusAfter: Readonly<Record<string, `${BeneficiaryStatus}`>> = {
  'beneficiary.registered': 'ACTIVE',
  'beneficiary.activated': 'ACTIVE',
  'beneficiary.suspended': 'SUSPENDED',
  'beneficiary.merged': 'MERGED',
  'beneficiary.unmerged': 'ACTIVE',
  'beneficiary.erased': 'ERASED',
};

export function toStatusChange({ action, actorType, actorId, status, reason, at }: StatusEntry): BeneficiaryStatusChange {
  return { status: (status ?? statusAfter[action]) as BeneficiaryStatus, at, actorId: actorType === 'SYSTEM' ? null : actorId, reason };
}
