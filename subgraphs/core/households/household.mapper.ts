import type { HouseholdRole } from '../beneficiaries';
import type { HouseholdRow, MemberRow } from './household.repository';
import { Household, HouseholdMember } from './household.type';

export function toHousehold(row: HouseholdRow): Household {
  return Object.assign(new Household(), row);
}

export function toMember(row: MemberRow): HouseholdMember {
  return Object.assign(new HouseholdMember(), { ...row, role: row.role as HouseholdRole });
}
