import { readFileSync } from 'node:fs';
import type { PeerCertificate } from 'node:tls';
import { identityOf, matchesIdentity } from './identity';

/** PEM files of this process, from `TLS_CA_FILE`, `TLS_CERT_FILE`, `TLS_KEY_FILE`. */
export interface TlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

interface TlsMaterial {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

/** The files of the process from its parsed environment. */
export function tlsFiles(env: { TLS_CA_FILE: string; TLS_CERT_FILE: string; TLS_KEY_FILE: string }): TlsFiles {
  return { caFile: env.TLS_CA_FILE, certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE };
}

function material(files: TlsFiles): TlsMaterial {
  return { ca: readFileSync(files.caFile), cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
}

/** Server side: asks every caller for a certificate; which identity may call which route is checked per route. */
export function serverTls(files: TlsFiles): TlsMaterial & { requestCert: true; rejectUnauthorized: false; minVersion: 'TLSv1.3' } {
  return { ...material(files), requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' };
}

/** Client side: shows our certificate and accepts only a server whose identity fits `expected` (`/*` at the end matches below). */
export function clientTls(files: TlsFiles, expected: string): TlsMaterial & { checkServerIdentity: (host: string, cert: PeerCertificate) => Error | undefined } {
  return {
    ...material(files),
    checkServerIdentity: (_host, cert) => {
      const found = identityOf(cert.subjectaltname);
      if (found && matchesIdentity(found, expected)) return undefined;
      return new Error(`Expected the server ${expected}, found ${found ?? 'none'}.`);
    },
  };
}
