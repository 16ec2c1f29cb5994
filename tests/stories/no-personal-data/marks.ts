/** What is written about the people of the story: words that stand nowhere else, so that whoever finds one of them knows where it came from. */
export const marks = {
  firstName: 'Zqxvéloïse',
  lastName: 'Wobbulethwaite',
  otherName: 'Kwizzlemoore',
  importedName: 'Flimbertongue',
  offlineName: 'Grobblenauer',
  vendorName: 'Vrindlehopper',
  childName: 'Yzzbelcroft',
  phone: '254712908171',
  otherPhone: '254712908172',
  importedPhone: '254712908173',
  offlinePhone: '254712908174',
  vendorPhone: '254712908175',
  brokenPhone: '2547-broken-908176',
  email: 'zqmailbox.heron',
  address: '17 Quibblestrand Lane',
  governmentId: 'ZQ-88410-77231',
  importedId: 'ZQ-88410-77232',
  account: 'KE9930 8877 0011 2299',
  vendorAccount: 'KE9930 8877 0011 2288',
  bank: 'Snorkelbankia',
  attribute: 'glimmervexed',
  grievance: 'frombulating neighbour',
  filename: 'plonkettfield-passport',
  signIn: 'wrongadmin.tolkatrice',
  searched: 'Sprottenhauser',
} as const;

/** A way in which a mark may lie somewhere. `exact`: upper and lower case count. */
interface Form {
  text: string;
  exact: boolean;
}

/** Of short pieces too much is found by chance. */
const SHORTEST = 8;

const formsByMark = Object.entries(marks).map(([name, value]) => ({ name, forms: formsOf(value) }));

/** The names of the marks that stand in a text, in whichever form. */
export function marksIn(text: string): string[] {
  const lower = text.toLowerCase();
  return formsByMark.filter(({ forms }) => forms.some((form) => (form.exact ? text.includes(form.text) : lower.includes(form.text)))).map(({ name }) => name);
}

function formsOf(value: string): Form[] {
  const digits = value.replace(/\D/g, '');
  const bare = value.replace(/[^\p{L}\p{Nd}]/gu, '');
  const national = digits.startsWith('254') ? digits.slice(3) : digits;
  const spellings = [value, value.replace(/\s/g, ''), bare, plain(value), national.length >= SHORTEST ? national : ''];
  const written = [...new Set(spellings.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase(), text.normalize('NFD')]))].filter((text) => text.length >= SHORTEST);
  return written.flatMap((text) => [
    ...[text, hex(text), encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+'), escaped(text)].map((form) => ({ text: form.toLowerCase(), exact: false })),
    ...base64(text).map((form) => ({ text: form, exact: true })),
  ]);
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '');
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** As JSON and SQL dumps write what is no ASCII. */
function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In base64 a piece looks different by where in a group of three bytes it begins; what shares a group with its neighbours is left out. */
function base64(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const whole = bytes.subarray(offset === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
    return [whole.toString('base64'), whole.toString('base64url')];
  });
}
