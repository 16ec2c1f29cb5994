const LONGEST = 16_384;

/**
 * Shapes of personal data and secrets in running text, above all in messages of errors that quote what they failed on. In this order:
 * what is left of one rule is met by the next. Every run is bounded: what comes from outside must not make a search take long.
 */
const SHAPES: ReadonlyArray<readonly [RegExp, string]> = [
  // Prisma prints the arguments of a call that it refuses.
  [/(Invalid `[^`]{0,200}` invocation[^\n]{0,200})\n[\s\S]{0,8000}?\n\}/g, '$1'],
  // PostgreSQL, in its details and in what it cannot read.
  [/(Key \([^)]{0,200}\)=)\(.{0,2000}?\)(?= |$)/gm, '$1(…)'],
  [/(Failing row contains )\(.*\)/g, '$1(…)'],
  [/(invalid input (?:syntax|value) for (?:type )?[^:\n]{0,100}: )".*"/g, '$1"…"'],
  [/\bvalue ".{0,1000}?" (is out of range|too long)/g, 'value "…" $1'],
  // V8, about JSON.
  [/Unexpected token .{1,3}, .{0,200}? is not valid JSON/gs, 'Unexpected token in what is not valid JSON'],
  [/".{0,200}?" is not valid JSON/gs, 'This is not valid JSON'],
  // Secrets.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\brk_\w{8}_[\w-]{20,}/g, '[key]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{0,200}@/gi, '$1[redacted]@'],
  [/([?&](?:ticket|token|code|key|secret|signature)=)[^&\s"']+/gi, '$1[redacted]'],
  // People.
  [/[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+/gu, '[email]'],
  [/\+\d[\d ().-]{5,20}\d/g, '[phone]'],
  // Numbers of accounts, of identities and of telephones as people write them; not the parts of a UUID or of a date.
  [/(?<![\w.:/-])\d(?:[ ]?\d){7,}(?![\w:-])/g, '[number]'],
];

/** The text without what looks like personal data or a secret, cut to 16,384 characters. */
export function scrub(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return SHAPES.reduce((rest, [shape, instead]) => rest.replace(shape, instead), cut);
}
