import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Files of one identity, PEM. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

/**
 * Makes the local certificate authority once. In production cert-manager (or any CA) takes its place: processes read files only.
 */
export async function ensureAuthority(files: CertificateFiles): Promise<void> {
  if (existsSync(files.certFile) && existsSync(files.keyFile)) return;
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Rahat local CA',
    ...validity(10 * YEAR_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  await save(files, cert, keys.privateKey);
}

/** Issues a certificate for one identity, valid for this machine's loopback and the given host names. */
export async function issueCertificate(authority: CertificateFiles, id: string, files: CertificateFiles, hosts: string[] = []): Promise<void> {
  const issuer = new x509.X509Certificate(readFileSync(authority.certFile, 'utf8'));
  const issuerKey = await importKey(readFileSync(authority.keyFile, 'utf8'));
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${id.slice('spiffe://rahat/'.length).slice(0, 60)}`,
    issuer: issuer.subject,
    ...validity(YEAR_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuerKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: id },
        { type: 'ip', value: '127.0.0.1' },
        ...['localhost', ...hosts].map((value) => ({ type: 'dns' as const, value })),
      ]),
    ],
  });
  await save(files, cert, keys.privateKey);
}

/** Issues a certificate unless the files are there already. */
export async function ensureCertificate(authority: CertificateFiles, id: string, files: CertificateFiles): Promise<void> {
  if (!existsSync(files.certFile) || !existsSync(files.keyFile)) await issueCertificate(authority, id, files);
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (!der) throw new Error('The key of the certificate authority is not PEM.');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']) as Promise<webcrypto.CryptoKey>;
}

async function save(files: CertificateFiles, cert: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<void> {
  mkdirSync(dirname(files.certFile), { recursive: true });
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  writeFileSync(files.keyFile, x509.PemConverter.encode(der, 'PRIVATE KEY'), { mode: 0o600 });
  writeFileSync(files.certFile, cert.toString('pem'));
}

// Clocks of field machines are off by minutes: start a day early.
function validity(lifetimeMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 24 * 3600 * 1000), notAfter: new Date(Date.now() + lifetimeMs) };
}

function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}
