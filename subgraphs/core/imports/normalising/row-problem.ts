/** What can be wrong with a cell, each with what it means and what to do. A message never repeats the cell: it may be personal. */
export const rowProblems = {
  MISSING: { message: 'This must not be empty.', advice: 'Fill it in.' },
  TOO_MANY_CELLS: { message: 'The row has more cells than the header.', advice: 'Put quotation marks around cells that hold the delimiter, or name the columns.' },
  UNKNOWN_KEY: { message: 'The object has a field that the first thousand objects do not have.', advice: 'Give the first object every field, empty where it has no value.' },
  TOO_FEW_CELLS: { message: 'The row has fewer cells than the header; the missing ones were taken as empty.', advice: 'Check that no delimiter is missing.' },
  MANGLED_NUMBER: {
    message: 'A spreadsheet has turned this number into a rounded one (as in 2.54708E+11); its digits are lost.',
    advice: 'Take the original file, format the column as text before opening or typing, and export again.',
  },
  PHONE_INVALID: { message: 'This cannot be a phone number.', advice: 'Write it with its country code, for example +254712345678.' },
  PHONE_UNUSUAL: { message: 'No phone number like this is known in the country that its code names; it was kept.', advice: 'Check the number.' },
  EMAIL_INVALID: { message: 'This is not an e-mail address.', advice: 'Correct it, or leave it empty.' },
  WALLET_INVALID: { message: 'This is not the address of a wallet.', advice: 'Copy the address again (0x and 40 characters), or leave it empty.' },
  DATE_INVALID: { message: 'This is not a date that exists.', advice: 'Write it as year-month-day, for example 1990-03-25.' },
  DATE_AMBIGUOUS: { message: 'Day and month cannot be told apart.', advice: 'Say for the whole file whether day or month comes first, or write dates as year-month-day.' },
  DATE_IN_FUTURE: { message: 'The date is in the future.', advice: 'Correct it.' },
  DATE_OTHER_CALENDAR: { message: 'The year is of another calendar (Bikram Sambat, Hijri, Persian, Buddhist, Ethiopian…), which is not converted.', advice: 'Convert the date to the Gregorian calendar, for example 1990-03-25.' },
  DATE_FROM_SERIAL: { message: 'The number was taken as the day that a spreadsheet stores so.', advice: 'Check the date; format the column as a date before exporting.' },
  AGE_INVALID: { message: 'This is not an age in whole years from 0 to 130.', advice: 'Correct it, or give the date of birth.' },
  GENDER_UNKNOWN_WORD: { message: 'This word for a gender is not known.', advice: 'Write female, male or other in one of the languages supported, or leave it empty.' },
  ANSWER_UNKNOWN_WORD: { message: 'This is neither a yes nor a no that is known.', advice: 'Write yes or no.' },
  LANGUAGE_UNKNOWN: { message: 'This language is not known.', advice: 'Write its code, for example sw, or its English name.' },
  AREA_INVALID: { message: 'This is not the path of an area.', advice: 'Write it in small letters with dots from large to small, for example ke.kisumu.nyando.' },
  ATTRIBUTE_INVALID: { message: 'This does not fit the definition of the attribute.', advice: 'Correct it as the message says.' },
  AREA_FORBIDDEN: { message: 'This is outside the areas in which the import may register people.', advice: 'Leave it to somebody who may, or correct the area.' },
  ALREADY_REGISTERED: { message: 'A person with this reference or wallet is registered already.', advice: 'Skip the row, or give it another reference.' },
  UNIDENTIFIED: { message: 'Nothing in the row says whom it changes.', advice: 'Give the reference of the person, a government id or the wallet.' },
  NOT_REGISTERED: { message: 'Nobody is registered with this reference, government id or wallet.', advice: 'Correct it, or register the person by an import that registers.' },
  UPDATE_FORBIDDEN: { message: 'Whoever committed the import may not change this person.', advice: 'Leave it to somebody who may.' },
  UPDATE_IMPOSSIBLE: { message: 'The person was erased or merged into another one, and cannot be changed.', advice: 'Skip the row, or change the person who is left.' },
  WALLET_TAKEN: { message: 'The wallet belongs to another person.', advice: 'Correct it, or leave it empty.' },
  HOUSEHOLD_CLOSED: { message: 'The household is dissolved, or outside the areas of the import; the person was not put into it.', advice: 'Put them into a household by hand.' },
  HOUSEHOLD_ELSEWHERE: { message: 'The person belongs to another household, and stays there.', advice: 'Let them leave it first, and put them into this one by hand.' },
  HOUSEHOLD_FULL: { message: 'The household has 100 members; the person was not put into it.', advice: 'Check the number of the household.' },
  HOUSEHOLD_HEAD_TAKEN: { message: 'The household has another head; the person became a member of it.', advice: 'Say by hand who the head is.' },
  NUMBER_INVALID: { message: 'This is not a whole number that fits.', advice: 'Write digits only.' },
  TEXT_INVALID: { message: 'The text is too long or holds control characters.', advice: 'Shorten it, or type it again.' },
} as const;

export type ProblemCode = keyof typeof rowProblems;

/** The row can still be used as it was read: the value was kept or not needed. */
const WARNINGS: ReadonlySet<ProblemCode> = new Set(['TOO_FEW_CELLS', 'PHONE_UNUSUAL', 'DATE_FROM_SERIAL', 'HOUSEHOLD_CLOSED', 'HOUSEHOLD_ELSEWHERE', 'HOUSEHOLD_FULL', 'HOUSEHOLD_HEAD_TAKEN']);

/** Something about a row that a person should look at. */
export interface RowProblem {
  /** The header of the column, or empty when it is about the whole row. */
  column: string;
  code: ProblemCode;
  /** An ERROR keeps the row from being registered, a WARNING does not. */
  severity: 'ERROR' | 'WARNING';
  message: string;
  advice: string;
}

export function rowProblem(column: string, code: ProblemCode): RowProblem {
  return { column, code, severity: WARNINGS.has(code) ? 'WARNING' : 'ERROR', ...rowProblems[code] };
}
