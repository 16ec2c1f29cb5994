export { createAccessTokenReader, unauthenticated, type Access, type AccessToken, type ReadAccessToken } from './access-token';
export { readApiKey } from './api-key';
export { createAccessKeys, type AccessKeys } from './jwks';
export { createPermissionCache, type KnownPrincipal, type PermissionCache } from './permission-cache';
export { createRevokedSessions, type RevokedSessions } from './revoked-sessions';
export { createPrincipalTokens } from './principal-tokens';
