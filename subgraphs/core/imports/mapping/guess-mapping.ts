import { folded } from '../normalising/clean-text';
import { HEADERS } from './header-words';
import { isImportField, mayRepeat, type GuessedColumn, type ImportField } from './import-field';

/**
 * What the columns are by their headers. A header that is not known is offered as an attribute of that name, one without a name is left open. When two
 * columns could be the same field, the better known one is it, of equals the left one; the other is offered as an attribute.
 */
export function guessMapping(headers: readonly string[]): GuessedColumn[] {
  const guesses = headers.map((header, column) => guess(header, column));
  const fields = guesses.map(({ field }) => field);
  const renamed = guesses.map((column) => nameByItsCompany(column, fields));
  const owners = new Map<ImportField, GuessedColumn>();
  for (const column of renamed) {
    if (column.field === null || mayRepeat(column.field)) continue;
    const owner = owners.get(column.field);
    if (!owner || column.confidence > owner.confidence) owners.set(column.field, column);
  }
  return unique(renamed.map((column) => (column.field === null || mayRepeat(column.field) || owners.get(column.field) === column ? column : asAttribute(column))));
}

const known = new Map(HEADERS.flatMap(([field, list]) => list.split(',').map((words) => [headerWords(words), field] as const)));

function guess(header: string, column: number): GuessedColumn {
  const words = headerWords(header);
  if (words === '') return { column, header, field: null, confidence: 0 };
  // As exports write them.
  if (header.startsWith('attributes.') && isImportField(header)) return { column, header, field: header, confidence: 1 };
  const exact = known.get(words);
  if (exact) return { column, header, field: exact, confidence: 1 };
  // "3. What is your phone number?", "group_a1/phone_number", "phone number 2": the last words count most.
  const field = known.get(withoutQuestion(words)) ?? known.get(headerWords(header.split(/[/.:]/).at(-1) ?? ''));
  return field ? { column, header, field, confidence: 0.8 } : asAttribute({ column, header, field: null, confidence: 0 });
}

/** Beside a first name, "name" and "nom" are the last one; alone, "nom" and "nombre" are the whole name. Beside names, "head of household" asks for a yes or no. */
function nameByItsCompany(guessed: GuessedColumn, fields: ReadonlyArray<ImportField | null>): GuessedColumn {
  const { field } = guessed;
  if (field === 'fullName' && fields.includes('firstName') && !fields.includes('lastName') && ['name', 'naam'].includes(headerWords(guessed.header))) return { ...guessed, field: 'lastName', confidence: 0.9 };
  const named = fields.includes('firstName') || fields.includes('lastName') || fields.filter((one) => one === 'fullName').length > 1;
  if (field === 'fullName' && named && headerWords(guessed.header) === 'head of household') return { ...guessed, field: 'household.head', confidence: 0.8 };
  const lonely = (field === 'lastName' || field === 'firstName') && !fields.includes('fullName') && !fields.includes(field === 'lastName' ? 'firstName' : 'lastName');
  if (lonely && ['nom', 'nombre', 'імя', 'имя'].includes(headerWords(guessed.header))) return { ...guessed, field: 'fullName', confidence: 0.7 };
  return guessed;
}

function asAttribute({ column, header }: GuessedColumn): GuessedColumn {
  const field: ImportField = `attributes.${attributeKey(header)}`;
  return isImportField(field) ? { column, header, field, confidence: 0.3 } : { column, header, field: null, confidence: 0 };
}

/** Two headers may come down to one key ("Village", "village*"): the right one gets a number. */
function unique(columns: GuessedColumn[]): GuessedColumn[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    if (!column.field?.startsWith('attributes.')) return column;
    let field = column.field;
    for (let number = 2; taken.has(field); number += 1) field = `${column.field}_${number}` as ImportField & `attributes.${string}`;
    taken.add(field);
    return { ...column, field };
  });
}

/** camelCase, snake_case, stars and colons come down to words: "Phone_Number*" and "phoneNumber" are "phone number". */
export function headerWords(header: string): string {
  const parted = header.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
  return folded(parted).replace(/['’ʼ]/g, '').replace(/\([^)]*\)/g, ' ').replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
}

function withoutQuestion(words: string): string {
  return words
    .replace(/^(q?\d+[a-z]? )+/, '')
    .replace(/^(what is|whats|please enter|enter|quel est|quelle est|cual es|qual e) /, '')
    .replace(/^(your|the|votre|su|of the|beneficiary|respondent|recipient|household head) /, '')
    .replace(/^the /, '')
    .replace(/ (\d+|no|of beneficiary|of the beneficiary|du beneficiaire|del beneficiario)$/, '');
}

/** Leaves room for the number of a second one. */
const KEY_LENGTH = 90;

function attributeKey(header: string): string {
  const [first = '', ...others] = headerWords(header).replace(/^\p{M}+/u, '').split(' ');
  const key = [first, ...others.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('').normalize('NFC');
  return [...key].slice(0, KEY_LENGTH).join('').slice(0, KEY_LENGTH);
}
