import { readApiKey } from './api-key';

const key = `rk_a1B2c3D4_${'x'.repeat(43)}`;

test('a key is known by its hash only', () => {
  expect(readApiKey(`Bearer ${key}`)).toMatch(/^key:[0-9a-f]{64}$/);
  expect(readApiKey(` bearer   ${key} `)).toBe(readApiKey(`Bearer ${key}`));
  expect(readApiKey(`Bearer ${key}`)).not.toContain('x'.repeat(8));
});

test.each([
  ['no header', undefined],
  ['an access token', 'Bearer a.b.c'],
  ['a key that is cut', `Bearer ${key.slice(0, -1)}`],
  ['a key with more behind it', `Bearer ${key}x`],
  ['another scheme', `Basic ${key}`],
])('%s is no key', (_what, header) => {
  expect(readApiKey(header)).toBeNull();
});
