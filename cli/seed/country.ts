import type { RegisterBeneficiaryInput, RegisterVendorInput } from '../../generated/graphql/documents';

// An invented valley: names are common ones put together at random, numbers are of no subscriber.
const GIVEN = {
  FEMALE: ['Sita', 'Maya', 'Laxmi', 'Gita', 'Kamala', 'Bimala', 'Devi', 'Parbati', 'Sarita', 'Anju'],
  MALE: ['Ram', 'Hari', 'Bishnu', 'Krishna', 'Dhan', 'Gopal', 'Prem', 'Narayan', 'Suresh', 'Tek'],
} as const;
const FAMILY = ['Budha', 'Rokaya', 'Shahi', 'Thapa', 'Neupane', 'Sunar', 'Nepali', 'Kami', 'Bohara', 'Acharya'];
const AREAS = ['np.karnali.jumla.chandannath', 'np.karnali.jumla.tatopani', 'np.karnali.jumla.tila', 'np.karnali.jumla.sinja', 'np.karnali.jumla.guthichaur'];
const SHOPS = ['Bazaar Woollens', 'Himal Fuel Depot', 'Tila Traders', 'Sinja Cooperative', 'Karnali Clothing', 'Chandannath Stores'];
const PEOPLE = 60;

/** Sixty people: households share a phone, some have none, most prefer Nepali. The same ones at every start. */
export function demoBeneficiaries(): RegisterBeneficiaryInput[] {
  return Array.from({ length: PEOPLE }, (_, index) => {
    const gender = index % 5 < 3 ? ('FEMALE' as const) : ('MALE' as const);
    const household = Math.floor(index / 2);
    return {
      referenceId: `JUM-${String(index + 1).padStart(4, '0')}`,
      fullName: `${pick(GIVEN[gender], index * 7)} ${pick(FAMILY, household * 3)}`,
      phone: index % 6 === 5 ? null : `+97798000${String(10_000 + household)}`,
      gender,
      birthDate: `${1945 + ((index * 11) % 60)}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + ((index * 5) % 28)).padStart(2, '0')}`,
      preferredLanguage: index % 7 === 0 ? 'bo' : 'ne',
      areaCode: pick(AREAS, household),
    };
  });
}

export function demoVendors(): RegisterVendorInput[] {
  return SHOPS.map((name, index) => ({ name, areaCode: pick(AREAS, index), contactPhone: `+97798000${String(90_000 + index)}` }));
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('Nothing can be picked from an empty list.');
  return found;
}
