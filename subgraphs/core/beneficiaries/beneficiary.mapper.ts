import type { BeneficiaryRow } from './beneficiary.repository';
import { Beneficiary, type BeneficiaryStatus, type Gender } from './beneficiary.type';

export function toBeneficiary(row: BeneficiaryRow): Beneficiary {
  return Object.assign(new Beneficiary(), {
    ...row,
    status: row.status as BeneficiaryStatus,
    gender: row.gender as Gender,
    birthDate: row.birthDate?.toISOString().slice(0, 10) ?? null,
  });
}
