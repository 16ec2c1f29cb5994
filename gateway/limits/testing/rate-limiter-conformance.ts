import type { Bucket, RateLimiter } from '../rate-limiter';

/** A limiter, and how to let time pass for it. */
export interface LimiterUnderTest {
  limiter: RateLimiter;
  pass(ms: number): Promise<void> | void;
  stop(): Promise<void>;
}

let keys = 0;
const newKey = (): string => `test:${process.pid}:${Date.now()}:${++keys}`;

/** What every adapter of the port promises. */
export function rateLimiterConformance(start: () => Promise<LimiterUnderTest>): void {
  const bucket: Bucket = { capacity: 10, perSecond: 10 };
  let under: LimiterUnderTest;
  beforeAll(async () => void (under = await start()));
  afterAll(() => under.stop());
  const take = async (key: string, tokens: number) => under.limiter.take(key, tokens, bucket);

  test('gives what a full bucket holds, and then no more', async () => {
    const key = newKey();
    expect(await take(key, 7)).toMatchObject({ allowed: true, remaining: 3, retryAfterMs: 0 });
    expect((await take(key, 3)).allowed).toBe(true);
    expect((await take(key, 2)).allowed).toBe(false);
  });

  test('takes all or nothing, and says when there will be enough', async () => {
    const key = newKey();
    await take(key, 8);
    const refused = await take(key, 7);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(300);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(500);
    expect((await take(key, 2)).allowed).toBe(true);
  });

  test('fills steadily, and never beyond its capacity', async () => {
    const key = newKey();
    await take(key, 10);
    await under.pass(510);
    expect((await take(key, 5)).allowed).toBe(true);
    expect((await take(key, 5)).allowed).toBe(false);
    await under.pass(3000);
    expect(await take(key, 10)).toMatchObject({ allowed: true, remaining: 0 });
  });

  test('keeps one client from taking what is another’s', async () => {
    const [one, other] = [newKey(), newKey()];
    await take(one, 10);
    expect((await take(other, 10)).allowed).toBe(true);
  });

  test('wants a full bucket for more than it holds', async () => {
    const key = newKey();
    await take(key, 1);
    expect((await take(key, 1000)).allowed).toBe(false);
    expect((await take(newKey(), 1000)).allowed).toBe(true);
  });

  test('gives no more than there is to many who ask at the same time', async () => {
    const key = newKey();
    const taken = await Promise.all(Array.from({ length: 50 }, async () => take(key, 1)));
    const allowed = taken.filter((one) => one.allowed).length;
    expect(allowed).toBeGreaterThanOrEqual(10);
    expect(allowed).toBeLessThanOrEqual(13); // the bucket fills while they ask
  });
}
