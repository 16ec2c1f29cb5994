export { anonymous, approvalLimit, forProject, holds, principalSchema, type AreaGrant, type Principal } from './principal';
export { holdsAt, holdsSomewhere, isWithin, reachOf, type Reach } from './reach';
export { PRINCIPAL_HEADER, PRINCIPAL_TTL_SECONDS, createPrincipalSigner, createPrincipalVerifier, ensureSigningKey } from './tokens';
