import type { Principal } from '#kernel/auth';
import { createPrincipalTokens } from './principal-tokens';

const principal: Principal = { subject: 'u1', organizationId: 'o1', roles: ['r'], permissions: ['a:read'], projectPermissions: { p1: ['b:write'], p2: ['c:write'] } };

describe('the principal for an audience', () => {
  let signed: { principal: Principal; audience: string }[];
  const tokens = () =>
    createPrincipalTokens(async (seen, audience) => {
      signed.push({ principal: seen, audience });
      return `${audience} ${signed.length}`;
    });
  beforeEach(() => (signed = []));

  it('says everything to core', async () => {
    await tokens().forService(principal, 'core');
    expect(signed).toEqual([{ principal, audience: 'core' }]);
  });

  it('says to a project only what holds there', async () => {
    await tokens().forProject(principal, { projectId: 'p1', organizationId: 'o1' });
    expect(signed).toEqual([{ principal: { ...principal, permissions: ['a:read', 'b:write'], projectPermissions: {} }, audience: 'project:p1' }]);
  });

  it('leaves the permissions of one organisation behind at the border of another', async () => {
    await tokens().forProject(principal, { projectId: 'p1', organizationId: 'o2' });
    expect(signed[0]?.principal.permissions).toEqual(['b:write']);
    const areaPermissions = [null, 'p1', 'p2'].map((projectId) => ({ projectId, area: 'ke', permissions: ['a:read'] }));
    await tokens().forProject({ ...principal, areaPermissions }, { projectId: 'p1', organizationId: 'o2' });
    expect(signed[1]?.principal.areaPermissions).toEqual([{ projectId: null, area: 'ke', permissions: ['a:read'] }]);
  });

  it('is signed once for a while, and anew for another principal or audience', async () => {
    const made = tokens();
    const first = await made.forService(principal, 'core');
    expect(await made.forService(principal, 'core')).toBe(first);
    await made.forService({ ...principal }, 'core');
    await made.forProject(principal, { projectId: 'p1', organizationId: 'o1' });
    expect(signed).toHaveLength(3);
  });

  it('is tried again after signing failed', async () => {
    let attempts = 0;
    const made = createPrincipalTokens(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no key');
      return 'token';
    });
    await expect(made.forService(principal, 'core')).rejects.toThrow('no key');
    expect(await made.forService(principal, 'core')).toBe('token');
  });
});
