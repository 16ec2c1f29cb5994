import type { GraphQLFormattedError } from 'graphql';
import type { DeferredPart } from '../engine';

// https://github.com/graphql/graphql-spec/blob/main/rfcs/DeferStream.md in the form of 2022-08-24, which Apollo's clients read;
// parts are framed as https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md says.

export const MULTIPART = 'multipart/mixed; boundary="-"; deferSpec=20220824';
const PART = 'content-type: application/json; charset=utf-8\r\n\r\n';
// A part ends with the delimiter after it (RFC 2046, section 5.1.1). It goes out with the part: else a client sees each part when the next one comes.
const DELIMITER = '\r\n---\r\n';
const END = '\r\n-----\r\n';

type Present = (error: GraphQLFormattedError) => GraphQLFormattedError;

/**
 * The body of an answer in parts. `first` is the JSON text of the answer's members, without the braces. `ended` gives further members for the
 * last part: `extensions` again, which tell of what was fetched since then, or nothing.
 */
export async function* inParts(first: string, parts: AsyncIterable<readonly DeferredPart[]>, present: Present, ended: () => string): AsyncGenerator<string> {
  yield `${DELIMITER}${PART}{${first},"hasNext":true}${DELIMITER}`;
  for await (const some of parts) yield `${PART}{"incremental":[${some.map((part) => write(part, present)).join(',')}],"hasNext":true}${DELIMITER}`;
  yield `${PART}{${[ended(), '"hasNext":false'].filter(Boolean).join(',')}}${END}`;
}

function write({ label, path, data, errors }: DeferredPart, present: Present): string {
  const said = errors?.length ? `,"errors":${JSON.stringify(errors.map(present))}` : '';
  return `{"path":${JSON.stringify(path)}${label === undefined ? '' : `,"label":${JSON.stringify(label)}`},"data":${data}${said}}`;
}

/** The whole answer for a client that takes no parts: everything is waited for and put where it belongs. */
export async function inOne(data: string, errors: readonly GraphQLFormattedError[] | undefined, parts: AsyncIterable<readonly DeferredPart[]>): Promise<{ data: string; errors?: readonly GraphQLFormattedError[] }> {
  const whole: unknown = JSON.parse(data);
  const all = [...(errors ?? [])];
  for await (const some of parts) {
    for (const part of some) {
      all.push(...(part.errors ?? []));
      const target = part.path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined), whole);
      if (typeof target === 'object' && target !== null) mergeInto(target as Record<string, unknown>, JSON.parse(part.data));
    }
  }
  return { data: JSON.stringify(whole), ...(all.length > 0 ? { errors: all } : {}) };
}

function mergeInto(target: Record<string, unknown>, source: unknown): void {
  if (typeof source !== 'object' || source === null) return;
  for (const [key, value] of Object.entries(source)) {
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    const both = typeof present === 'object' && present !== null && typeof value === 'object' && value !== null;
    if (both) mergeInto(present as Record<string, unknown>, value);
    else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  }
}
