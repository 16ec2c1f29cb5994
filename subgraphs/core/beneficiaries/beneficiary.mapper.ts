import type { BeneficiaryRow } from './beneficiary.repository';
import { Beneficiary, type BeneficiaryStatus, type BirthDatePrecision, type Gender } from './beneficiary.type';
import type { Verification, VerificationMethod } from './verification.type';

export function toBeneficiary(row: BeneficiaryRow): Beneficiary {
  return Object.assign(new Beneficiary(), {
    ...row,
    status: row.status as BeneficiaryStatus,
    gender: row.gender as Gender,
    birthDate: row.birthDate === null ? null : dayOf(row.birthDate),
    birthDatePrecision: row.birthDatePrecision as BirthDatePrecision,
    ...attributesOf(row),
    verification: verificationOf(row),
  });
}

/** Attributes as the registrar and the service write them. */
export function attributesOf(row: Pick<BeneficiaryRow, 'attributes' | 'attributeVersions'>) {
  return { attributes: row.attributes as Record<string, unknown>, attributeVersions: row.attributeVersions as Record<string, string> };
}

function verificationOf({ verifiedOn, verificationMethod, verifiedById, verifiedAt }: BeneficiaryRow): Verification | null {
  if (verifiedOn === null || verificationMethod === null || verifiedById === null || verifiedAt === null) return null;
  return { on: dayOf(verifiedOn), method: verificationMethod as VerificationMethod, byId: verifiedById, recordedAt: verifiedAt };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
