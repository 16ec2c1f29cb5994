import { AppError } from '#kernel/errors';
import type { AttributeChecker } from '../attributes';
import { headerWords } from './mapping';
import { birthDate, phoneNumber, rowProblem, yesOrNo, type NormaliseSettings, type RowProblem } from './normalising';

type Definition = AttributeChecker['active'][number];

/** What a file says of attributes, as their definitions have it, and what does not fit. */
export interface ReadAttributes {
  values: Record<string, unknown>;
  problems: RowProblem[];
}

/**
 * Reads the cells of attribute columns. A column belongs to the attribute whose key or label it names, in whatever style it is written; columns that no
 * definition knows are left out: what is kept of people is decided by the organisation, not by a file.
 */
export function attributeReader(checker: AttributeChecker, settings: NormaliseSettings): (cells: Readonly<Record<string, string>>) => ReadAttributes {
  const find = attributeFinder(checker);
  const required = new Set(checker.required);
  return (cells) => {
    const values: Record<string, unknown> = {};
    const problems: RowProblem[] = [];
    for (const [name, text] of Object.entries(cells)) {
      const definition = find(name);
      if (!definition) continue;
      const value = valueOf(definition, text, settings);
      const wrong = fault(checker, definition.key, value);
      if (wrong === null) values[definition.key] = value;
      else problems.push({ ...rowProblem(name, 'ATTRIBUTE_INVALID'), message: wrong });
    }
    for (const key of required) if (!(key in values) && !problems.some(({ column }) => headerWords(column) === headerWords(key))) problems.push(rowProblem(key, 'MISSING'));
    return { values, problems };
  };
}

/** Which attribute the name of a column means, in whatever style it is written. */
export function attributeFinder(checker: AttributeChecker): (name: string) => Definition | undefined {
  const byName = new Map(checker.active.flatMap((definition) => [definition.key, ...Object.values(definition.label)].map((name) => [headerWords(name), definition] as const)));
  return (name) => byName.get(headerWords(name.replace(/_\d+$/, ''))) ?? byName.get(headerWords(name));
}

function fault(checker: AttributeChecker, key: string, value: unknown): string | null {
  try {
    checker.check({ [key]: value }, { partial: true });
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `This ${error.message.slice(error.message.indexOf(': ') + 2)}.`;
  }
}

/** What the text of a cell means for a type; a text that means nothing stays a text, and the definition says what it should have been. */
function valueOf(definition: Definition, text: string, settings: NormaliseSettings): unknown {
  switch (definition.type) {
    case 'NUMBER':
      return /^-?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : text;
    case 'BOOLEAN':
      return yesOrNo(text, settings.languages) ?? text;
    case 'DATE': {
      const date = birthDate(text, { ...settings, dateOrder: settings.dateOrder ?? null });
      return 'day' in date ? date.day : text;
    }
    case 'TEL':
      return phoneNumber(text, settings.country)?.number ?? text;
    case 'SELECT':
      return optionOf(definition, text);
    case 'MULTISELECT':
      return text.split(/[;,|]/).map((part) => optionOf(definition, part.trim())).filter(Boolean);
    case 'GEO': {
      const [latitude, longitude] = text.split(/[,; ]+/).map(Number);
      return { latitude, longitude };
    }
    default:
      return text;
  }
}

/** By its value, or by its label in any language. */
function optionOf({ options }: Definition, text: string): string {
  const wanted = headerWords(text);
  return options.find(({ value, label }) => [value, ...Object.values(label)].some((name) => headerWords(name) === wanted))?.value ?? text;
}
