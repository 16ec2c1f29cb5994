import type { Registration } from '../../subgraphs/core/beneficiaries';
import { numbersOf, personOf } from '../crowd';

/** How somebody who is registered twice was written the second time. */
export const MISTAKES = ['the same government id, the name misspelt', 'the same name and day of birth, no id and another phone', 'the names swapped, the same phone and day of birth'] as const;

interface Person {
  first: string;
  last: string;
  phone: string;
  nationalId: string;
  birthDate: string;
  areaCode: string;
}

const SYLLABLES = ['ba', 'che', 'do', 'ga', 'hi', 'ki', 'lu', 'mo', 'nya', 'pe', 'ra', 'si', 'ta', 'we', 'zu', 'fa'];
const FIRST_NAMES = 600;
const LAST_NAMES = 2500;
const WARDS = 200;
/** Of a hundred people: who use the phone of the one before, who have no government id, who are somebody again. */
const SHARE_A_PHONE = 0.3;
const HAVE_NO_ID = 0.4;
const ARE_REGISTERED_TWICE = 0.02;

/** So many people as they live in villages, and who of them is somebody else again (by position). */
export function crowdOf(count: number): { people: Registration[]; twice: Map<number, { of: number; mistake: number }> } {
  const random = numbersOf(20_261_123);
  // Few names are borne by many: half of all people have a name of the first eighth.
  const often = (size: number): number => Math.floor(size * random() ** 3);
  const persons: Person[] = [];
  const people: Registration[] = [];
  const twice = new Map<number, { of: number; mistake: number }>();
  for (let n = 0; n < count; n += 1) {
    const before = persons[n - 1];
    if (before && random() < ARE_REGISTERED_TWICE) {
      const of = Math.floor(random() * n);
      const mistake = Math.floor(random() * MISTAKES.length);
      const again = persons[of] ?? before;
      persons.push(again);
      if (twice.has(of)) people.push(registrationOf(again, true)); // somebody’s double is no original: they are written well, and not counted
      else {
        twice.set(n, { of, mistake });
        people.push(misspelt(again, mistake, random));
      }
      continue;
    }
    const person: Person = {
      first: nameOf(often(FIRST_NAMES), 3),
      last: nameOf(FIRST_NAMES + often(LAST_NAMES), 4),
      phone: before && random() < SHARE_A_PHONE ? before.phone : `+2547${String(n).padStart(8, '0')}`,
      nationalId: String(30_000_000 + n),
      birthDate: new Date(Date.UTC(1940, 0, 1) + Math.floor(random() * 26_000) * 86_400_000).toISOString().slice(0, 10),
      areaCode: `ke.kisumu.w${Math.floor(random() * WARDS)}`,
    };
    persons.push(person);
    people.push(registrationOf(person, random() >= HAVE_NO_ID));
  }
  return { people, twice };
}

function registrationOf({ first, last, phone, nationalId, birthDate, areaCode }: Person, withId: boolean): Registration {
  return personOf({ fullName: `${first} ${last}`, phones: [phone], nationalId: withId ? nationalId : null, birthDate, areaCode });
}

function misspelt(person: Person, mistake: number, random: () => number): Registration {
  const { first, last, phone, nationalId, birthDate, areaCode } = person;
  if (mistake === 0) return personOf({ fullName: `${first.replace(/[aeiou]/, 'e')} ${last}`, phones: [phone], nationalId, birthDate, areaCode });
  if (mistake === 1) return personOf({ fullName: `${first} ${last}`, phones: [`+2541${String(Math.floor(random() * 1e8)).padStart(8, '0')}`], birthDate, areaCode });
  return personOf({ fullName: `${last.toUpperCase()} ${first}`, phones: [phone], birthDate, areaCode });
}

function nameOf(n: number, syllables: number): string {
  const parts = Array.from({ length: syllables }, (_, place) => SYLLABLES[Math.floor((n * 31 + 7) / SYLLABLES.length ** place) % SYLLABLES.length] ?? '');
  const text = parts.join('');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
