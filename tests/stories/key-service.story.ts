import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTransitServer, type TransitServer } from '../../subgraphs/core/testing/transit-server';
import { pause } from '../kit/projects';
import { startSystem, type TestSystem } from '../kit/system';

let keys: TransitServer;
let system: TestSystem;

beforeAll(async () => {
  keys = await startTransitServer('people');
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'rahat-key-service-')), 'token');
  writeFileSync(tokenFile, keys.token, { mode: 0o600 });
  system = await startSystem({ environment: { PII_KMS_URL: keys.url, PII_KMS_KEY: 'people', PII_KMS_TOKEN_FILE: tokenFile } });
}, 120_000);
afterAll(async () => {
  await system.stop();
  await keys.close();
}, 60_000);

const admin = { as: 'admin' };
const register = (referenceId: string) =>
  system.attempt<{ registerBeneficiary: { id: string; fullName: string } }>('mutation ($input: RegisterBeneficiaryInput!, $key: String!) { registerBeneficiary(input: $input, idempotencyKey: $key) { id fullName } }', { input: { referenceId, fullName: 'Amina Otieno' }, key: randomUUID() }, admin);
const found = (referenceId: string) => system.attempt<{ beneficiaries: { edges: Array<{ node: { fullName: string } }> } }>('query ($referenceId: String) { beneficiaries(filter: { referenceId: $referenceId }) { edges { node { fullName } } } }', { referenceId }, admin);
const keyState = async () => (await system.graphql<{ personalDataKeys: { current: number; waiting: number; indexesWaiting: number } }>('{ personalDataKeys { current waiting indexesWaiting } }', {}, admin)).personalDataKeys;

function readiness(process: 'core' | 'worker'): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asking = request(`${system.urls[process]}/readiness`, { rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) })).on('error', reject);
    });
    asking.on('error', reject).end();
  });
}

test('keys of people lie at a key service: while it is away nobody is half registered, and when it is back all goes on', async () => {
  expect((await register('K-1')).data).toMatchObject({ registerBeneficiary: { fullName: 'Amina Otieno' } });
  keys.fail(503, Number.MAX_SAFE_INTEGER);
  const refused = await register('K-2');
  expect(refused.errors[0]?.extensions?.code).toBe('NOT_READY');
  expect((await found('K-1')).errors[0]?.extensions?.code).toBe('NOT_READY');
  for (const name of ['core', 'worker'] as const) expect(await readiness(name)).toMatchObject({ status: 503, body: { status: 'not ready', away: ['keys'] } });
  keys.fail(0, 0);
  for (const name of ['core', 'worker'] as const) expect((await readiness(name)).status).toBe(200);
  expect((await found('K-1')).data?.beneficiaries.edges).toEqual([{ node: { fullName: 'Amina Otieno' } }]);
  expect((await found('K-2')).data?.beneficiaries.edges).toEqual([]);
  expect((await register('K-2')).errors).toEqual([]);
});

test('a key that is rotated there wraps everybody anew, and its older version may go', async () => {
  keys.rotate();
  await system.restart('worker');
  for (let state = await keyState(); state.waiting > 0; state = await keyState()) await pause(100);
  expect(await keyState()).toEqual({ current: 2, waiting: 0, indexesWaiting: 0 });
  keys.forgetBefore(2);
  expect((await found('K-1')).data?.beneficiaries.edges).toEqual([{ node: { fullName: 'Amina Otieno' } }]);
});

test('the key by which people are found is exchanged while core stands still, and they are found as before', async () => {
  const file = join(system.stateDir, 'keys', 'personal-data-index.secret');
  const search = async (text: string) => (await system.graphql<{ beneficiaries: { edges: unknown[] } }>('query ($text: String!) { beneficiaries(filter: { search: $text }) { edges { node { id } } } }', { text }, admin)).beneficiaries.edges.length;
  expect(await search('amina')).toBe(2);
  for (const name of ['worker', 'core'] as const) await system.kill(name);
  writeFileSync(file, `1 ${readFileSync(file, 'utf8').trim()}\n2 ${randomBytes(32).toString('base64url')}\n`);
  for (const name of ['core', 'worker'] as const) await system.restart(name);
  expect(await search('amina')).toBe(2);
  expect((await keyState()).indexesWaiting).toBe(0);
  expect((await register('K-1')).errors[0]?.extensions?.code).toBe('CONFLICT');
});
