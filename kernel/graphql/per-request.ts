/**
 * Something made once for each request, on first use: mostly a dataloader. Keyed by the context object, so that nothing
 * outlives its request or leaks into another one.
 */
export function perRequest<C extends object, T>(make: (context: C) => T): (context: C) => T {
  const made = new WeakMap<C, T>();
  return (context) => {
    const known = made.get(context);
    if (known !== undefined) return known;
    const fresh = make(context);
    made.set(context, fresh);
    return fresh;
  };
}
