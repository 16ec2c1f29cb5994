import type { HotOperation } from './engine';

/** Remembers which operations it would be dearest to plan anew: how often each was asked lately × what planning it costs. */
export interface HotOperations {
  /** @param costMs what planning it took. */
  note(source: string, operationName: string | null, costMs: number): void;
  /** Dearest first. */
  top(limit?: number): HotOperation[];
}

export interface HotOperationsOptions {
  /** How many are remembered. */
  capacity?: number;
  /** How many characters of source may be held: a count alone would bound nothing, sources may be as large as a request. */
  maxCharacters?: number;
  /** After this time a request counts half. */
  halfLifeMs?: number;
  /** Milliseconds that never go back. */
  now?: () => number;
}

interface Entry extends HotOperation {
  heat: number;
}

// Heat grows with time instead of fading: adding 2^(age of the counter) to one entry is cheaper than halving all the others, and the
// order is the same. Before the numbers leave the range of a double, all are scaled down.
const MAX_HALF_LIVES = 500;

/** Bounded however many distinct operations there are: when it is full, the cooler half is forgotten. */
export function createHotOperations(options: HotOperationsOptions = {}): HotOperations {
  const { capacity = 2000, maxCharacters = 16 * 1024 * 1024, halfLifeMs = 10 * 60_000, now = () => performance.now() } = options;
  const entries = new Map<string, Entry>();
  let characters = 0;
  let epoch = now();

  function weight(): number {
    const halfLives = (now() - epoch) / halfLifeMs;
    if (halfLives < MAX_HALF_LIVES) return 2 ** halfLives;
    for (const entry of entries.values()) entry.heat *= 2 ** -halfLives;
    epoch = now();
    return 1;
  }

  function hottest(): [string, Entry][] {
    return [...entries].sort(([, one], [, other]) => other.heat - one.heat);
  }

  function forgetCoolerHalf(): void {
    for (const [key, { source }] of hottest().slice(Math.floor(entries.size / 2))) {
      entries.delete(key);
      characters -= source.length;
    }
  }

  return {
    note: (source, operationName, costMs) => {
      const key = operationName === null ? `:${source}` : `${operationName.length}:${operationName}${source}`; // neither may pass for the other
      const heat = costMs * weight();
      const known = entries.get(key);
      if (known) {
        known.heat += heat;
        return;
      }
      if (source.length > maxCharacters) return;
      while (entries.size >= capacity || characters + source.length > maxCharacters) forgetCoolerHalf();
      entries.set(key, { source, operationName, heat });
      characters += source.length;
    },
    top: (limit = 100) => hottest().slice(0, limit).map(([, { source, operationName }]) => ({ source, operationName })),
  };
}
