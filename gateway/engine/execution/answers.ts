import type { GraphQLFormattedError } from 'graphql';
import type { ResponsePath, TypedSelection } from '../compiled';
import { complete } from './completion';
import type { Reading } from './fields';
import { unexplained } from './missing-values';
import type { JsonObject } from './own-keys';
import { projection, type Introspection, type WriteValue } from './projection';
import type { Run } from './run';

/** A selection of the client, ready to be written from what was fetched. */
export interface Reader {
  selections: TypedSelection[];
  type: string;
  reading: Reading;
  write: WriteValue;
}

export function readerOf(selections: TypedSelection[], type: string, reading: Reading): Reader {
  return { selections, type, reading, write: projection([selections], type, reading) };
}

/** The text of an answer, and its errors: those of the fetches, and one for each missing value that none of them explains. */
export function answerWith({ write, selections, type, reading }: Reader, run: Pick<Run, 'errors' | 'shared'>, data: JsonObject, introspection: Introspection = {}, at: ResponsePath = []): { data: string; errors?: GraphQLFormattedError[] } {
  const text = write(data, { introspection, shared: run.shared });
  if (text !== undefined) return { data: text, ...(run.errors.length > 0 ? { errors: run.errors } : {}) };
  const completed = complete([selections], type, data, reading, introspection, at);
  const errors = [...run.errors, ...unexplained(completed.errors, run.errors)];
  return { data: JSON.stringify(completed.data), ...(errors.length > 0 ? { errors } : {}) };
}
