import type { SchemaFacts, TypedField, TypedSelection } from '../compiled';
import { typeReference, type TypeReference } from './type-reference';

/** A key of an answer: everything that the client asked under it, put together. */
export interface AnswerField {
  key: string;
  read: string;
  name: string;
  type: TypeReference;
  introspection?: { json: string | null };
  /** Selections to merge; null for leaves. */
  selections: TypedSelection[][] | null;
}

/** What an answer depends on besides the data. */
export type Reading = Pick<SchemaFacts, 'possible' | 'objects' | 'enums'>;

/** Whether clients see a type of this name. Subgraphs choose what they say: `constructor` is none. */
export function isKnown({ possible }: Reading, type: string): boolean {
  return Object.hasOwn(possible, type);
}

/** Whether a type counts as another, among those that clients see. */
export function isPossible({ possible }: Reading, type: string, condition: string): boolean {
  return type === condition || (possible[condition]?.includes(type) ?? false);
}

/** The fields that an object of a type answers, in the order of the document (https://spec.graphql.org/October2021/#CollectFields()). */
export function answerFields(lists: readonly TypedSelection[][], type: string, reading: Reading): AnswerField[] {
  const fields = new Map<string, AnswerField>();
  const seen = new Set<TypedSelection[]>();
  const collect = (selections: TypedSelection[]): void => {
    // One fragment may be spread in many places: the second time it adds nothing.
    if (seen.has(selections)) return;
    seen.add(selections);
    for (const selection of selections) {
      if (selection.kind === 'field') add(fields, selection);
      else if (selection.on === null || isPossible(reading, type, selection.on)) collect(selection.selections);
    }
  };
  lists.forEach(collect);
  return [...fields.values()];
}

function add(fields: Map<string, AnswerField>, { key, read, name, type, introspection, selections }: TypedField): void {
  const before = fields.get(key);
  if (before) {
    if (selections && before.selections && !before.selections.includes(selections)) before.selections.push(selections);
    return;
  }
  fields.set(key, { key, read, name, type: typeReference(type), ...(introspection ? { introspection } : {}), selections: selections ? [selections] : null });
}
