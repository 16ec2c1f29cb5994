import { createClientLimits, networkOf } from './client-limits';
import { createMemoryRateLimiter } from './memory-rate-limiter';

function limits() {
  const refused: string[] = [];
  const admit = createClientLimits({ limiter: createMemoryRateLimiter(() => 0), known: { capacity: 10, perSecond: 1 }, anonymous: { capacity: 2, perSecond: 0.5 }, costPerToken: 100, refused: (code) => refused.push(code) });
  return { admit, refused };
}
const amina = { userId: 'amina', address: '192.0.2.1' };
const somebody = { userId: null, address: '192.0.2.1' };

describe('how much a client may ask', () => {
  test('is counted for a known caller wherever they ask from, and for others by address', async () => {
    const { admit, refused } = limits();
    await admit(somebody);
    await admit(somebody);
    await expect(admit(somebody)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 2 } });
    for (let i = 0; i < 10; i++) await admit({ ...amina, address: `192.0.2.${i}` });
    await expect(admit(amina)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 1 } });
    await admit({ ...amina, userId: 'brian' });
    expect(refused).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  test('shrinks with what operations cost', async () => {
    const { pay } = await limits().admit(amina);
    expect(pay(100)).toBeUndefined();
    await pay(500);
    await expect(pay(1000)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 4 } });
  });

  test('is told in headers', async () => {
    const { headers } = await limits().admit(amina);
    expect(headers).toEqual({ 'ratelimit-policy': '"default";q=10;w=10', ratelimit: '"default";r=9;t=1' });
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['not an address', 'unknown'],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
