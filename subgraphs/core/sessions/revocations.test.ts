import { createRevocations } from './revocations';

const MINUTE_MS = 60_000;
let now: number;
let stored: { id: string; revokedAt: number }[];
let revocations: ReturnType<typeof createRevocations>;

beforeEach(() => {
  [now, stored] = [1_000_000_000, []];
  revocations = createRevocations({ revokedWithin: async (seconds) => stored.filter(({ revokedAt }) => revokedAt > now - seconds * 1000).map(({ id }) => id) }, () => now);
});

const revoke = (id: string, msAgo = 0): unknown => stored.push({ id, revokedAt: now - msAgo });

test('a gateway that connects is told of all whose access tokens may be alive', async () => {
  revoke('old', 16 * MINUTE_MS);
  revoke('young', 14 * MINUTE_MS);
  await revocations.refresh();
  expect(revocations.after(0).sessions).toEqual(['young']);
});

test('one that follows is told of each once', async () => {
  revoke('a');
  await revocations.refresh();
  const first = revocations.after(0);
  revoke('b');
  await revocations.refresh();
  const second = revocations.after(first.position);
  expect([first.sessions, second.sessions, revocations.after(second.position).sessions]).toEqual([['a'], ['b'], []]);
});

test('a revocation that commits late is not missed', async () => {
  await revocations.refresh();
  now += 20_000;
  revoke('late', 19_000);
  await revocations.refresh();
  expect(revocations.after(0).sessions).toEqual(['late']);
});

test('what can no longer matter is forgotten', async () => {
  revoke('a');
  await revocations.refresh();
  now += 16 * MINUTE_MS;
  await revocations.refresh();
  expect(revocations.after(0).sessions).toEqual([]);
});
