/** Lets in one at a time, in the order in which they came. */
export interface Turnstile {
  /**
   * @param enter called when it is their turn, perhaps at once.
   * @returns how to leave, whether one is inside or still waits. Idempotent.
   */
  queue(enter: () => void): () => void;
}

/**
 * @param longestMs after this time the next is let in although nobody left: turns spare the processor, nothing goes wrong when two overlap,
 * and one that hangs must not keep the others on an old supergraph for ever.
 */
export function createTurnstile(longestMs = 60_000): Turnstile {
  const waiting = new Set<() => void>();
  let inside: (() => void) | null = null;
  let patience: NodeJS.Timeout | undefined;

  function admitNext(): void {
    clearTimeout(patience);
    const [next = null] = waiting;
    inside = next;
    if (!next) return;
    waiting.delete(next);
    patience = setTimeout(admitNext, longestMs).unref();
    next();
  }

  return {
    queue: (enter) => {
      const visit = (): void => enter();
      waiting.add(visit);
      if (!inside) admitNext();
      return () => {
        waiting.delete(visit);
        if (inside === visit) admitNext();
      };
    },
  };
}
