import { readEnv } from './env';

const needed = { TLS_CA_FILE: 'ca', TLS_CERT_FILE: 'cert', TLS_KEY_FILE: 'key', PRINCIPAL_PRIVATE_KEY_FILE: 'p' };

describe('the environment of the gateway', () => {
  it('has a default for everything but keys', () => {
    expect(readEnv(needed)).toMatchObject({ GATEWAY_PORT: 4000, CORE_URL: 'https://127.0.0.1:4001', QUERY_TIMEOUT_MS: 5000, PERMISSIONS_MAX_STALE_SECONDS: 300, GRAPHQL_INTROSPECTION: 'permitted', GRAPHIQL: false, RATE_LIMIT: true, TRUST_PROXY: [], REDIS_URL: '' });
  });

  it('is refused with every bad variable named, and no value shown', () => {
    const bad = { ...needed, GATEWAY_PORT: 'secret-a', GRAPHQL_INTROSPECTION: 'secret-b', TLS_CA_FILE: undefined };
    expect(() => readEnv(bad)).toThrow(/GATEWAY_PORT[^]*GRAPHQL_INTROSPECTION|TLS_CA_FILE[^]*GATEWAY_PORT/);
    expect(() => readEnv(bad)).not.toThrow(/secret/);
  });
});
