/** What a client takes as an answer (RFC 9110, section 12.5.1), and how we answer it. */
export interface Accepted {
  /** Null when the client takes neither: 406. */
  single: 'application/json' | 'application/graphql-response+json' | null;
  /** Whether the answer may come in parts (`@defer`). */
  multipart: boolean;
  /** Whether the answer may be a stream of events: `only` when nothing else would do, false when it may not. */
  eventStream: 'only' | 'also' | false;
}

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
// Whatever a client says that leaves the choice to us gets what every client of GraphQL has always got.
const OURS = [JSON_TYPE, RESPONSE] as const;
const known = new Map<string, Accepted>();
const REMEMBERED = 200;

/** Reads an `Accept` header. */
export function readAccept(header: string | undefined): Accepted {
  const text = header?.trim() ? header : '*/*';
  const before = known.get(text);
  if (before) return before;
  const fresh = read(text);
  if (known.size < REMEMBERED) known.set(text, fresh);
  return fresh;
}

function read(text: string): Accepted {
  const all = text.split(',').map(rangeOf);
  const ranges = all.filter(({ quality }) => quality > 0);
  const [best] = OURS.flatMap((type) => {
    const range = rangeFor(type, all);
    return range && range.quality > 0 ? [{ type, quality: range.quality, place: range.type === type ? ranges.indexOf(range) : Infinity }] : [];
  }).sort((one, other) => other.quality - one.quality || (one.place < other.place ? -1 : one.place > other.place ? 1 : 0));
  const multipart = ranges.some(({ type, parameters }) => type === 'multipart/mixed' && (!parameters.has('deferspec') || parameters.get('deferspec') === '20220824'));
  const eventStream = ranges.some(({ type }) => type === 'text/event-stream');
  // A client that asks for parts takes a whole answer as well: that is how Apollo Client asks.
  return { single: best?.type ?? (multipart || eventStream ? JSON_TYPE : null), multipart, eventStream: eventStream && (best || multipart ? 'also' : 'only') };
}

/** The range that says most precisely what a client thinks of a type. */
function rangeFor(type: (typeof OURS)[number], ranges: readonly Range[]): Range | undefined {
  for (const name of [type, 'application/*', '*/*']) {
    const found = ranges.find((range) => range.type === name);
    if (found) return found;
  }
  return undefined;
}

interface Range {
  type: string;
  parameters: ReadonlyMap<string, string>;
  quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(rest.map((part) => [part.split('=')[0] ?? '', (part.split('=')[1] ?? '').replace(/^"|"$/g, '')]));
  const charset = parameters.get('charset');
  const quality = Number(parameters.get('q') ?? 1);
  return { type, parameters, quality: (charset && charset !== 'utf-8' && charset !== 'utf8') || !(quality >= 0 && quality <= 1) ? 0 : quality };
}
