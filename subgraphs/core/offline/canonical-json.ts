const MAX_DEPTH = 16;
const LONE_SURROGATE = /\p{Cs}/u;

/** What JSON text parses to. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one text of a JSON value (RFC 8785, JSON Canonicalization Scheme): keys sorted by their UTF-16 code units, no blanks, numbers and strings
 * as ECMAScript writes them. A gateway may parse and write a request anew on its way; the canonical text stays the same.
 * @throws RangeError for what has no canonical text: NaN, infinities, halves of surrogate pairs, and what is nested too deeply to be meant.
 */
export function canonicalJson(value: Json, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError(`must not be nested more than ${MAX_DEPTH} deep`);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('must not hold numbers beyond the finite');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort() // by UTF-16 code units, as the RFC asks
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${text(key)}:${canonicalJson(member, depth + 1)}`];
    });
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function text(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new RangeError('must not hold halves of surrogate pairs');
  return JSON.stringify(value);
}
