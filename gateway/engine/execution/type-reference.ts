/** A type as SDL writes it, taken apart. */
export type TypeReference = { kind: 'non-null'; of: TypeReference } | { kind: 'list'; of: TypeReference } | { kind: 'named'; name: string };

const known = new Map<string, TypeReference>();

/** Reads `[Project!]!` and the like. */
export function typeReference(text: string): TypeReference {
  const before = known.get(text);
  if (before) return before;
  const fresh = read(text);
  if (known.size < 10_000) known.set(text, fresh);
  return fresh;
}

function read(text: string): TypeReference {
  if (text.endsWith('!')) return { kind: 'non-null', of: typeReference(text.slice(0, -1)) };
  if (text.startsWith('[')) return { kind: 'list', of: typeReference(text.slice(1, -1)) };
  return { kind: 'named', name: text };
}

export function printReference(type: TypeReference): string {
  if (type.kind === 'non-null') return `${printReference(type.of)}!`;
  return type.kind === 'list' ? `[${printReference(type.of)}]` : type.name;
}
