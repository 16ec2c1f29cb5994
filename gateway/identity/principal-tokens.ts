import { LRUCache } from 'lru-cache';
import { PRINCIPAL_TTL_SECONDS, forProject, type Principal } from '#kernel/auth';
import type { PrincipalTokens } from '../data-sources/data-source';

// A cached token must still live long enough for the fetch that carries it.
const REUSE_MS = (PRINCIPAL_TTL_SECONDS * 1000) / 3;
const AUDIENCES_PER_PRINCIPAL = 500;

/** Signs principals, one token for each audience, and reuses them for a third of their life. `sign` is the kernel's signer. */
export function createPrincipalTokens(sign: (principal: Principal, audience: string) => Promise<string>): PrincipalTokens {
  const caches = new WeakMap<Principal, LRUCache<string, Promise<string>>>();
  const token = (principal: Principal, audience: string, seen: () => Principal): Promise<string> => {
    const cache = caches.get(principal) ?? new LRUCache<string, Promise<string>>({ max: AUDIENCES_PER_PRINCIPAL, ttl: REUSE_MS });
    caches.set(principal, cache);
    const known = cache.get(audience);
    if (known) return known;
    const signed = sign(seen(), audience);
    cache.set(audience, signed);
    signed.catch(() => cache.delete(audience));
    return signed;
  };
  return {
    forService: (principal, audience) => token(principal, audience, () => principal),
    forProject: (principal, project) => token(principal, `project:${project.projectId}`, () => inProject(principal, project)),
  };
}

// What holds in one's own organisation means nothing in a project of another: there only what that project granted holds.
function inProject(principal: Principal, { projectId, organizationId }: { projectId: string; organizationId: string }): Principal {
  if (principal.organizationId === organizationId) return forProject(principal, projectId);
  const areaPermissions = principal.areaPermissions?.filter((grant) => grant.projectId !== null);
  return forProject({ ...principal, permissions: [], ...(areaPermissions ? { areaPermissions } : {}) }, projectId);
}
