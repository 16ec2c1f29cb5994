export { anonymous, forProject, holds, principalSchema, type Principal } from './principal';
export { PRINCIPAL_HEADER, PRINCIPAL_TTL_SECONDS, createPrincipalSigner, createPrincipalVerifier, ensureSigningKey } from './tokens';
