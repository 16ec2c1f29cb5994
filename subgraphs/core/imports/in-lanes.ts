/**
 * Works on several items at once and lets them end in order: `turn` resolves when all items before have ended, and rejects when one of them has failed.
 * What work does before its turn may run beside others; what it does afterwards does not.
 * @throws what the first of them throws, once none is under way any more.
 */
export async function inLanes<T>(items: AsyncIterable<T>, lanes: number, work: (item: T, turn: () => Promise<void>) => Promise<void>): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const running: Array<Promise<void>> = [];
  try {
    for await (const item of items) {
      const before = last;
      last = work(item, () => before);
      last.catch(() => undefined); // whoever waits for it hears of it
      running.push(last);
      if (running.length >= lanes) await running.shift();
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running);
  }
}
