/**
 * Names of processes, as the URI subject alternative name of their certificates.
 * Form: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md, trust domain `rahat`.
 */
export const identity = {
  gateway: 'spiffe://rahat/gateway',
  core: 'spiffe://rahat/core',
  worker: 'spiffe://rahat/worker',
  chain: 'spiffe://rahat/chain',
  cli: 'spiffe://rahat/cli',
  projectInstance: (projectId: string, instanceId: string) => `spiffe://rahat/project/${projectId}/${instanceId}`,
} as const;

/** The identity in a certificate's subjectAltName text as Node prints it (`URI:spiffe://…, DNS:localhost`), or null. */
export function identityOf(subjectAltName: string | undefined): string | null {
  const uri = subjectAltName?.split(', ').find((name) => name.startsWith('URI:spiffe://'));
  return uri?.slice('URI:'.length) ?? null;
}

/** The project a project service's identity speaks for, or null for any other identity. */
export function projectOf(id: string): string | null {
  return /^spiffe:\/\/rahat\/project\/([^/]+)\/[^/]+$/.exec(id)?.[1] ?? null;
}

/** Whether an identity fits a pattern: equal, or below it when the pattern ends in `/*`. */
export function matchesIdentity(id: string, pattern: string): boolean {
  return pattern.endsWith('/*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
