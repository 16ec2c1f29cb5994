import { readEnv } from './env';

const complete = {
  TLS_CA_FILE: 'ca.pem',
  TLS_CERT_FILE: 'cert.pem',
  TLS_KEY_FILE: 'key.pem',
  DATABASE_URL: 'postgresql://service@127.0.0.1/chain',
  CHAIN_RPC_URL: 'http://127.0.0.1:8545',
  PRINCIPAL_PUBLIC_KEY_FILE: 'principal.pub.pem',
};

test('a local system needs little', () => {
  expect(readEnv(complete)).toMatchObject({ CHAIN_PORT: 4003, CHAIN_ID: 31337, CHAIN_URL: 'https://127.0.0.1:4003', CORE_URL: 'https://127.0.0.1:4001', CHAIN_CONFIRMATIONS: 0 });
});

test('every bad variable is named at once', () => {
  const problems = (): unknown => readEnv({ ...complete, CHAIN_RPC_URL: 'nonsense', CHAIN_FACTORY_ADDRESS: '0x1', CHAIN_ON_STALE: 'panic' });
  expect(problems).toThrow(/CHAIN_RPC_URL[\s\S]*CHAIN_FACTORY_ADDRESS: must be an address[\s\S]*CHAIN_ON_STALE/);
});

test('a keystore needs its password', () => {
  expect(() => readEnv({ ...complete, CHAIN_SIGNER_KEY_FILE: 'key.json' })).toThrow('CHAIN_SIGNER_PASSWORD_FILE');
});
