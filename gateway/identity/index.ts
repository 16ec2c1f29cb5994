export { createAccessTokenReader, type AccessToken, type ReadAccessToken } from './access-token';
export { readApiKey } from './api-key';
export { createAccessKeys, type AccessKeys } from './jwks';
export { createPermissionCache, type KnownPrincipal, type PermissionCache } from './permission-cache';
export { createPrincipalTokens } from './principal-tokens';
