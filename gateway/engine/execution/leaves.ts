/** Whether a subgraph's value is one of a leaf type. Custom scalars may be anything that JSON can write. */
export function isValidLeaf(type: string, value: unknown, enums: Readonly<Record<string, readonly string[]>>): boolean {
  switch (type) {
    case 'Int':
      return isWhole(value);
    case 'Float':
      return Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'String':
      return typeof value === 'string';
    case 'ID':
      return typeof value === 'string' || isWhole(value);
    default:
      return Object.hasOwn(enums, type) ? typeof value === 'string' && (enums[type]?.includes(value) ?? false) : !isTooLarge(value);
  }
}

/** JSON can write numbers that no double holds; they are read as infinite, which JSON cannot write. */
export function isTooLarge(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

export function isWhole(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e21;
}

const SHORT = 42;
// Quotation mark, reverse solidus, controls (RFC 8259, section 7); and surrogates, which may stand alone.
const ESCAPED = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** JSON text of a string. Most strings need no escapes, and looking is cheaper than JSON.stringify. */
export function quoted(text: string): string {
  if (text.length < SHORT) {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text);
    }
    return `"${text}"`;
  }
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
