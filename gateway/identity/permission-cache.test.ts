import { createLogger } from '#kernel/telemetry';
import type { EffectivePermissions } from '../registry';
import { createPermissionCache, type PermissionCache } from './permission-cache';

let now: number;
let core: { version: number; permissions: string[]; validUntil?: string } | 'down' | 'gone';
let asked: number;
let cache: PermissionCache;

beforeEach(() => {
  [now, asked, core] = [1_000_000, 0, { version: 1, permissions: ['a:read'] }];
  cache = createPermissionCache({
    fetch: async (subject): Promise<EffectivePermissions | null> => {
      asked += 1;
      if (core === 'down') throw new Error('no answer');
      return core === 'gone' ? null : { ...core, subject, organizationId: 'o1', roles: [], projectPermissions: {} };
    },
    maxStaleMs: 300_000,
    logger: createLogger({ name: 'test', level: 'silent' }),
    now: () => now,
  });
  cache.setConnected(true);
  cache.invalidate(1);
});

const code = (work: Promise<unknown>): Promise<unknown> => work.catch((error: { code?: string }) => error.code);

describe('permissions of a user', () => {
  it('are asked for once while nothing changes', async () => {
    const [first, second] = [await cache.of('u1'), await cache.of('u1')];
    expect(first).toEqual({ principal: { subject: 'u1', organizationId: 'o1', roles: [], permissions: ['a:read'], projectPermissions: {} }, stale: false, validUntil: null });
    expect(second.principal).toBe(first.principal);
    expect(asked).toBe(1);
  });

  it('are asked for once by many at a time', async () => {
    await Promise.all([cache.of('u1'), cache.of('u1'), cache.of('u1')]);
    expect(asked).toBe(1);
  });

  it('are asked for again after a change', async () => {
    await cache.of('u1');
    core = { version: 2, permissions: [] };
    cache.invalidate(2);
    expect((await cache.of('u1')).principal.permissions).toEqual([]);
    await cache.of('u1');
    expect(asked).toBe(2);
  });

  it('are asked for again when one of them has expired, and are not believed from then on, even with core away', async () => {
    core = { version: 1, permissions: ['a:read'], validUntil: new Date(now + 1000).toISOString() };
    const before = await cache.of('u1');
    now += 1000;
    core = { version: 1, permissions: [] };
    const after = await cache.of('u1');
    expect(after.principal.permissions).toEqual([]);
    expect(after.principal).not.toBe(before.principal);
    core = { version: 1, permissions: ['a:read'], validUntil: new Date(now + 1000).toISOString() };
    await cache.of('u2');
    now += 1000;
    core = 'down';
    expect(await code(cache.of('u2'))).toBe('CORE_UNAVAILABLE');
  });

  it('are confirmed at each use while no news can reach us', async () => {
    await cache.of('u1');
    cache.setConnected(false);
    expect((await cache.of('u1')).stale).toBe(false);
    await cache.of('u1');
    expect(asked).toBe(3);
  });

  it('serve as stale while core is away, counted from when the line broke, and no longer than allowed', async () => {
    await cache.of('u1');
    now += 200_000;
    await cache.of('u1');
    cache.setConnected(false);
    core = 'down';
    now += 300_000;
    expect((await cache.of('u1')).stale).toBe(true);
    now += 1;
    expect(await code(cache.of('u1'))).toBe('CORE_UNAVAILABLE');
  });

  it('do not keep every read waiting for a core that is away', async () => {
    await cache.of('u1');
    cache.setConnected(false);
    core = 'down';
    for (let i = 0; i < 5; i++) expect((await cache.of('u1')).stale).toBe(true);
    expect(asked).toBe(2);
    now += 3000;
    core = { version: 1, permissions: ['a:read'] };
    expect((await cache.of('u1')).stale).toBe(false);
  });

  it('that are known to have changed count from when they were read', async () => {
    await cache.of('u1');
    cache.invalidate(2);
    core = 'down';
    now += 300_001;
    expect(await code(cache.of('u1'))).toBe('CORE_UNAVAILABLE');
  });

  it('are unknown for a user whom nobody asked about before core went away', async () => {
    core = 'down';
    expect(await code(cache.of('u2'))).toBe('CORE_UNAVAILABLE');
  });

  it('end with the user', async () => {
    await cache.of('u1');
    core = 'gone';
    cache.invalidate(2);
    expect(await code(cache.of('u1'))).toBe('UNAUTHENTICATED');
    core = 'down';
    expect(await code(cache.of('u1'))).toBe('CORE_UNAVAILABLE');
  });
});
