import { normaliseRow, type NormaliseSettings } from '.';
import type { ImportField } from '../mapping';

const SETTINGS: NormaliseSettings = { country: 'KE', dateOrder: null, today: '2026-11-23' };

function read(cells: Partial<Record<ImportField, string>>, settings: Partial<NormaliseSettings> = {}) {
  const fields = Object.keys(cells) as ImportField[];
  const mapping = fields.map((field, column) => ({ column, header: field, field }));
  return normaliseRow(fields.map((field) => cells[field] ?? ''), mapping, { ...SETTINGS, ...settings });
}

const codes = (cells: Partial<Record<ImportField, string>>, settings?: Partial<NormaliseSettings>) => read(cells, settings).problems.map(({ column, code }) => `${column} ${code}`);

test('a row becomes a person in the forms that are stored', () => {
  const cells = {
    referenceId: ' R-१२ ', firstName: 'Johanna', middleName: '-', lastName: 'Gibbs\u00a0', phone: '0708 374 149 / +1 415 523 8886', email: 'a@example.org', gender: 'Féminin', birthDate: '30-11-2000',
    preferredLanguage: 'Kiswahili', areaCode: 'KE / Kisumu / Nyando Town', 'governmentIds.passport': '٤٥٦A', 'bankAccount.number': '0012', address: 'Straat', 'household.head': 'Oui', 'household.size': '4.0', 'attributes.village': 'Ahero', IGNORE: 'x',
  } as const;
  expect(read(cells)).toEqual({
    problems: [],
    person: {
      referenceId: 'R-12', fullName: 'Johanna Gibbs', phones: ['+254708374149', '+14155238886'], email: 'a@example.org', gender: 'FEMALE', birthDate: '2000-11-30', birthDatePrecision: 'DAY',
      preferredLanguage: 'sw', areaCode: 'ke.kisumu.nyando-town', governmentIds: [{ kind: 'passport', number: '456A' }], bankAccount: { bank: '', number: '0012', holder: null }, address: 'Straat',
      household: { reference: null, head: true, size: 4 }, attributes: { village: 'Ahero' },
    },
  });
});

test.each(['2.54708E+11', '2,54708E+11', '5.22645e+13', '254708000000.0', '२.५४७०८E+११', ' 2.54708E+11 '])('the number %s is refused as mangled by a spreadsheet, wherever digits count, and is not kept', (mangled) => {
  const cells = { referenceId: mangled, phone: mangled, 'governmentIds.national-id': mangled, 'bankAccount.number': mangled, 'attributes.card': mangled };
  const { person, problems } = read(cells);
  expect(problems.map(({ code }) => code)).toEqual(Array(5).fill('MANGLED_NUMBER'));
  expect(problems[0]?.message).toContain('spreadsheet');
  expect(person).toEqual({});
});

test.each([
  ['0708374149', '+254708374149'], ['708374149', '+254708374149'], ['254708374149', '+254708374149'], ['00254708374149', '+254708374149'], ['+254 (708) 374-149', '+254708374149'], ['＋２５４708374149', '+254708374149'],
  ['٠٧٠٨٣٧٤١٤٩', '+254708374149'], ['14155238886', '+14155238886'], ["'0708374149", '+254708374149'], ['tel:+254708374149', '+254708374149'],
])('the phone number %s is %s', (written, number) => {
  expect(read({ phone: written })).toEqual({ person: { phones: [number] }, problems: [] });
});

test.each(['98765', '+25470837414999', 'none yet', '0708-ABC-149', '+999123456789'])('%s cannot be a phone number: the row says so and what to do', (written) => {
  const { person, problems } = read({ phone: written });
  expect(person).toEqual({});
  expect(problems).toMatchObject([{ code: 'PHONE_INVALID', severity: 'ERROR', advice: expect.stringContaining('country code') }]);
  expect(JSON.stringify(problems)).not.toContain(written);
});

test.each([
  ['260000000001', '+260000000001'],
  ['070837414', '+25470837414'],
  ['637722906921234', '+637722906921234'],
])('%s, which nobody is known to have, is kept with a warning', (written, number) => {
  expect(read({ phone: written })).toMatchObject({ person: { phones: [number] }, problems: [{ code: 'PHONE_UNUSUAL', severity: 'WARNING' }] });
});

test.each([
  ['1990-05-01', '1990-05-01'], ['1990/5/1', '1990-05-01'], ['19900501', '1990-05-01'], ['30/11/2000', '2000-11-30'], ['11/30/2000', '2000-11-30'], ['5.5.1999', '1999-05-05'], ['1990-05-01T00:00:00Z', '1990-05-01'], ['3 mars 1990', '1990-03-03'],
  ['1er août 1990', '1990-08-01'], ['5 de enero de 1990', '1990-01-05'], ['March 5, 1990', '1990-03-05'], ['12-Mar-90', '1990-03-12'], ['5 березня 1990', '1990-03-05'], ['٥ يناير ١٩٩٠', '1990-01-05'], ['१९९०-०५-०१', '1990-05-01'], ['15 Januari 1990', '1990-01-15'],
])('the date %s is %s', (written, day) => {
  expect(read({ birthDate: written })).toEqual({ person: { birthDate: day, birthDatePrecision: 'DAY' }, problems: [] });
});

test.each([
  ['03/04/1990', 'DATE_AMBIGUOUS'], ['01-02-03', 'DATE_AMBIGUOUS'], ['31/02/1990', 'DATE_INVALID'], ['1990-13-01', 'DATE_INVALID'], ['2047-05-12', 'DATE_OTHER_CALENDAR'], ['1399-01-01', 'DATE_OTHER_CALENDAR'], ['2533/01/20', 'DATE_OTHER_CALENDAR'], ['2026-12-01', 'DATE_IN_FUTURE'], ['soon', 'DATE_INVALID'], ['1700-01-01', 'DATE_INVALID'],
])('the date %s is not guessed: %s', (written, code) => {
  expect(read({ birthDate: written })).toMatchObject({ person: {}, problems: [{ code, severity: 'ERROR' }] });
});

test('a declared order decides, and is held to', () => {
  expect(read({ birthDate: '03/04/90' }, { dateOrder: 'DMY' }).person.birthDate).toBe('1990-04-03');
  expect(read({ birthDate: '03/04/90' }, { dateOrder: 'MDY' }).person.birthDate).toBe('1990-03-04');
  expect(read({ birthDate: '90/04/03' }, { dateOrder: 'YMD' }).person.birthDate).toBe('1990-04-03');
  expect(codes({ birthDate: '11/30/2000' }, { dateOrder: 'DMY' })).toEqual(['birthDate DATE_INVALID']);
});

test('years and ages are estimates; a day that is written wins; the serial of a spreadsheet is a day with a warning', () => {
  expect(read({ birthDate: '1985' }).person).toEqual({ birthDate: '1985-01-01', birthDatePrecision: 'ESTIMATED' });
  expect(read({ age: '२५' }).person).toEqual({ birthDate: '2001-01-01', birthDatePrecision: 'ESTIMATED' });
  expect(read({ age: '25', birthDate: '2000-11-30' }).person).toEqual({ birthDate: '2000-11-30', birthDatePrecision: 'DAY' });
  expect(read({ birthDate: '32994' })).toMatchObject({ person: { birthDate: '1990-05-01' }, problems: [{ code: 'DATE_FROM_SERIAL', severity: 'WARNING' }] });
});

test.each([
  ['Masculin ', 'MALE'], ['FÉMININ', 'FEMALE'], ['Femenino', 'FEMALE'], ['أنثى', 'FEMALE'], ['انثى', 'FEMALE'], ['ذكر', 'MALE'], ['महिला', 'FEMALE'], ['পুরুষ', 'MALE'], ['mwanamke', 'FEMALE'], ['vrouw', 'FEMALE'], ['Чоловіча', 'MALE'], ['жен.', 'FEMALE'], ['M', 'MALE'], ['H', 'MALE'], ['autre', 'OTHER'],
])('the gender %s is %s', (written, gender) => {
  expect(read({ gender: written })).toEqual({ person: { gender }, problems: [] });
});

test('M is not taken for either where Spanish is spoken: it stands for masculino and for mujer', () => {
  expect(codes({ gender: 'M' }, { languages: ['es'] })).toEqual(['gender GENDER_UNKNOWN_WORD']);
});

test('what is no such thing is a problem of its column', () => {
  expect(codes({ email: 'a@b', gender: '1', preferredLanguage: 'Klingonish', areaCode: 'नेपाल', walletAddress: '0x12', age: '131', 'household.head': 'perhaps', 'household.size': 'many', fullName: 'x'.repeat(201) })).toEqual([
    'email EMAIL_INVALID', 'gender GENDER_UNKNOWN_WORD', 'preferredLanguage LANGUAGE_UNKNOWN', 'areaCode AREA_INVALID', 'walletAddress WALLET_INVALID', 'age AGE_INVALID', 'household.head ANSWER_UNKNOWN_WORD', 'household.size NUMBER_INVALID', 'fullName TEXT_INVALID',
  ]);
});

test('markers of emptiness are empty; a person may be called Null or Na', () => {
  expect(read({ referenceId: 'n/a', phone: '-', email: '#N/A', gender: 'null', birthDate: '\u200b', fullName: 'Na Null' })).toEqual({ person: { fullName: 'Na Null' }, problems: [] });
  expect(codes({ firstName: 'N/A', lastName: '--' })).toEqual(['firstName MISSING']);
});

test('a text that begins like a formula is kept as it is: it is made harmless where it is exported', () => {
  expect(read({ fullName: '=cmd|x', 'attributes.note': '@home' })).toEqual({ person: { fullName: '=cmd|x', attributes: { note: '@home' } }, problems: [] });
});
