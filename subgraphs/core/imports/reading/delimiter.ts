const CANDIDATES = [',', ';', '\t', '|'] as const;
const RECORDS = 50;

/** The delimiter that parts the first records most evenly; a comma when none does. */
export function delimiterOf(sample: string): string {
  const records = countsOf(sample);
  const header = records[0];
  if (!header) return ',';
  const scored = CANDIDATES.map((delimiter, index) => {
    const columns = header[index] ?? 0;
    const even = records.filter((counts) => counts[index] === columns).length / records.length;
    return { delimiter, columns, score: columns === 0 ? 0 : even + Math.min(columns, 100) / 1000 };
  });
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).delimiter;
}

/** How often each candidate stands outside of quotation marks, for each of the first records that are not blank. */
function countsOf(sample: string): number[][] {
  const records: number[][] = [];
  let counts = CANDIDATES.map(() => 0);
  let quoted = false;
  let blank = true;
  for (const character of sample) {
    if (character === '"') quoted = !quoted;
    const ends = !quoted && (character === '\n' || character === '\r');
    if (ends && !blank) {
      records.push(counts);
      if (records.length === RECORDS) return records;
      counts = CANDIDATES.map(() => 0);
      blank = true;
    } else if (!ends) {
      const candidate = quoted ? -1 : (CANDIDATES as readonly string[]).indexOf(character);
      if (candidate >= 0) counts[candidate] = (counts[candidate] ?? 0) + 1;
      blank &&= character.trim() === '' && candidate < 0;
    }
  }
  // What the sample cuts off counts only when it is all there is.
  if (records.length === 0) records.push(counts);
  return records;
}
