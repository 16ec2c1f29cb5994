import { RE2JS } from 're2js';

/** Longer patterns and longer texts have better places. */
export const MAX_PATTERN = 200;

const compiled = new Map<string, RE2JS>();

/**
 * A pattern that somebody else wrote, as a test of a whole value. RE2 takes time in proportion to the text whatever the pattern says
 * (no backtracking), and refuses what it could not promise that for: back references, look-around, repetition beyond 1,000.
 * @throws Error with what is wrong with it.
 */
export function wholeMatch(pattern: string): (text: string) => boolean {
  const expression = compiled.get(pattern) ?? RE2JS.compile(pattern);
  // The patterns of all organisations: few; a bound all the same.
  if (compiled.size >= 1000) compiled.clear();
  compiled.set(pattern, expression);
  return (text) => expression.matches(text);
}
