/** What a client takes as an answer (RFC 9110, section 12.5.1), and how we answer it. */
export interface Accepted {
  /** Null when the client takes neither: 406. */
  single: 'application/json' | 'application/graphql-response+json' | null;
  /** Whether the answer may come in parts (`@defer`). */
  multipart: boolean;
  eventStream: boolean;
}

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
// Whatever a client says that leaves the choice to us gets what every client of GraphQL has always got.
const OURS: Readonly<Record<string, Accepted['single']>> = { [RESPONSE]: RESPONSE, [JSON_TYPE]: JSON_TYPE, 'application/*': JSON_TYPE, '*/*': JSON_TYPE };
const known = new Map<string, Accepted>();
const REMEMBERED = 200;

/** Reads an `Accept` header. */
export function readAccept(header: string | undefined): Accepted {
  const text = header ?? '*/*';
  const before = known.get(text);
  if (before) return before;
  const fresh = read(text);
  if (known.size < REMEMBERED) known.set(text, fresh);
  return fresh;
}

function read(text: string): Accepted {
  const ranges = text.split(',').map(rangeOf).filter(({ quality }) => quality > 0);
  const best = ranges.filter(({ type }) => Object.hasOwn(OURS, type)).sort((one, other) => other.quality - one.quality)[0];
  const multipart = ranges.some(({ type, parameters }) => type === 'multipart/mixed' && (!parameters.has('deferspec') || parameters.get('deferspec') === '20220824'));
  const eventStream = ranges.some(({ type }) => type === 'text/event-stream');
  // A client that asks for parts takes a whole answer as well: that is how Apollo Client asks.
  return { single: OURS[best?.type ?? ''] ?? (multipart || eventStream ? JSON_TYPE : null), multipart, eventStream };
}

function rangeOf(text: string): { type: string; parameters: ReadonlyMap<string, string>; quality: number } {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(rest.map((part) => [part.split('=')[0] ?? '', (part.split('=')[1] ?? '').replace(/^"|"$/g, '')]));
  const charset = parameters.get('charset');
  const quality = Number(parameters.get('q') ?? 1);
  return { type, parameters, quality: charset && charset !== 'utf-8' && charset !== 'utf8' ? 0 : quality };
}
