import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { ensureAuthority, ensureCertificate, identity, type TlsFiles } from '#kernel/tls';

type Room = 'gateway' | 'core' | 'worker' | 'chain';

/** Certificates of all who meet on a stage, of one authority, and the gateway's key for principals. */
export interface StageCertificates {
  of(room: Room): TlsFiles;
  ofInstance(projectId: string, instanceId: string): Promise<TlsFiles>;
  /** Signs principals. */
  privateKeyFile: string;
  /** Verifies principals. */
  publicKeyFile: string;
}

const ROOMS: readonly Room[] = ['gateway', 'core', 'worker', 'chain'];

export async function issueStageCertificates(folder: string): Promise<StageCertificates> {
  const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  const filesOf = (name: string): TlsFiles => ({ caFile: authority.certFile, certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) });
  const issue = async (id: string, name: string): Promise<TlsFiles> => {
    const files = filesOf(name);
    await ensureCertificate(authority, id, files);
    return files;
  };
  await Promise.all(ROOMS.map((room) => issue(identity[room], room)));
  const key = { privateKeyFile: join(folder, 'principal.pem'), publicKeyFile: join(folder, 'principal.pub.pem') };
  ensureSigningKey(key.privateKeyFile, key.publicKeyFile);
  return { ...key, of: filesOf, ofInstance: (projectId, instanceId) => issue(identity.projectInstance(projectId, instanceId), instanceId) };
}
