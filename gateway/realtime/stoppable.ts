/**
 * A generator that can be stopped while it waits: `return()` of an ordinary one takes effect only when what it awaits has come, which for a
 * subscription may be never. Here it aborts the signal first.
 */
export function stoppable<T>(outer: AbortSignal, make: (signal: AbortSignal) => AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  const stopping = new AbortController();
  const inner = make(AbortSignal.any([outer, stopping.signal]));
  const generator: AsyncGenerator<T, void> = {
    next: () => inner.next(),
    return: async (value) => {
      stopping.abort();
      return inner.return(await value);
    },
    throw: (error) => inner.throw(error),
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await generator.return()),
  };
  return generator;
}
