import { backoffMs, pause } from './backoff';

describe('waiting before the next attempt', () => {
  it('doubles up to a bound', () => {
    expect([0, 1, 2, 3, 9, 999].map((attempt) => backoffMs(attempt, () => 1))).toEqual([250, 500, 1000, 1000, 1000, 1000]);
  });

  it('spreads over half of the time', () => {
    expect([backoffMs(2, () => 0), backoffMs(2, () => 0.5)]).toEqual([500, 750]);
  });

  it('ends at once when there is nothing to wait for any more', async () => {
    const controller = new AbortController();
    const waiting = pause(3_600_000, controller.signal);
    controller.abort();
    await waiting;
    await pause(3_600_000, controller.signal);
  });
});
