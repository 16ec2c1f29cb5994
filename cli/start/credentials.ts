import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { ensureAuthority, ensureCertificate, identity, type CertificateFiles, type TlsFiles } from '#kernel/tls';
import type { StateDir } from './state-dir';

/** Who gets a certificate at start. Project services get theirs from the deployment worker, which holds the authority. */
export type Identity = 'gateway' | 'core' | 'worker' | 'chain' | 'cli';

/** Certificates and keys of a local system: in production they come from cert-manager and a secret store. */
export interface Credentials {
  authority: CertificateFiles;
  tls: Readonly<Record<Identity, TlsFiles>>;
  /** Signs access tokens; core alone holds the private half. */
  access: KeyPair;
  /** Signs checkpoints of the audit log; the worker alone holds the private half. */
  audit: KeyPair;
  /** Signs principals; the gateway alone holds the private half. */
  principal: KeyPair;
}

interface KeyPair {
  privateFile: string;
  publicFile: string;
}

/** Makes what is missing; what is there stays, so that tokens survive a restart. */
export async function ensureCredentials(state: StateDir): Promise<Credentials> {
  const authority = pemPair(state.tls, 'ca');
  await ensureAuthority(authority);
  const identities: Identity[] = ['gateway', 'core', 'worker', 'chain', 'cli'];
  await Promise.all(identities.map((name) => ensureCertificate(authority, identity[name], pemPair(state.tls, name))));
  const filesOf = (name: Identity): TlsFiles => ({ caFile: authority.certFile, ...pemPair(state.tls, name) });
  return {
    authority,
    tls: { gateway: filesOf('gateway'), core: filesOf('core'), worker: filesOf('worker'), chain: filesOf('chain'), cli: filesOf('cli') },
    access: keyPair(state.keys, 'access'),
    audit: keyPair(state.keys, 'audit'),
    principal: keyPair(state.keys, 'principal'),
  };
}

function pemPair(folder: string, name: string): CertificateFiles {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key.pem`) };
}

function keyPair(folder: string, name: string): KeyPair {
  const pair = { privateFile: join(folder, `${name}.pem`), publicFile: join(folder, `${name}.pub.pem`) };
  ensureSigningKey(pair.privateFile, pair.publicFile);
  return pair;
}
