// A real OpenID Connect provider (npm: oidc-provider) in a process of its own; it says its issuer by IPC. Whoever signs in is believed.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'rahat',
        redirect_uris: [process.env.REDIRECT_URI],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'none',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['for tests only'] },
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@ours.example`, email_verified: !id.startsWith('unverified') }) }),
  });
  server.on('request', provider.callback());
  process.send({ issuer });
});
process.on('disconnect', () => process.exit(0));
