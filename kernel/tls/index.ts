export { identity, identityOf, matchesIdentity, projectOf } from './identity';
export { ensureAuthority, ensureCertificate, issueCertificate, type CertificateFiles } from './authority';
export { clientTls, serverTls, tlsFiles, type TlsFiles } from './options';
export { InternalCallError, createInternalClient, type InternalCall, type InternalClient } from './client';
