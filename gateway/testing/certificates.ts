import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAuthority, issueCertificate, type TlsFiles } from '#kernel/tls';

/** A certificate authority in a temporary folder. */
export interface TestAuthority {
  folder: string;
  /** Files of a process of this identity. */
  files(identity: string): Promise<TlsFiles>;
}

export async function createTestAuthority(): Promise<TestAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-gateway-'));
  const authority = { certFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  let issued = 0;
  return {
    folder,
    files: async (identity) => {
      issued += 1;
      const own = { certFile: join(folder, `${issued}.pem`), keyFile: join(folder, `${issued}.key`) };
      await issueCertificate(authority, identity, own);
      return { caFile: authority.certFile, ...own };
    },
  };
}
