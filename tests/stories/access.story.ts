import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT, importPKCS8 } from 'jose';
import pg from 'pg';
import { PRINCIPAL_HEADER, createPrincipalSigner, ensureSigningKey, type Principal } from '#kernel/auth';
import { ensureAuthority, identity, issueCertificate } from '#kernel/tls';
import { testEnvironment } from '../kit/environment';
import { until } from '../kit/projects';
import { useSystem, type Answer } from '../kit/system';

const system = useSystem({ images: 'dist/images', demo: true, chain: true });
const asAdmin = { as: 'admin' };
const key = (): string => randomUUID();
const password = 'a long password';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const codesOf = ({ errors }: Answer<unknown>): unknown[] => errors.map(({ extensions }) => extensions?.code);

async function signIn(email: string): Promise<string> {
  const { login } = await system().graphql<{ login: { accessToken: string } }>('mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }', { email, password });
  return login.accessToken;
}

/** Invites somebody with these roles; answers who they are, and an access token. */
async function joined(roles: object[]): Promise<{ id: string; email: string; token: string }> {
  const email = `${randomUUID()}@demo.example`;
  const invited = await system().graphql<{ inviteUser: { token: string } }>(
    'mutation ($input: InviteUserInput!, $key: String!) { inviteUser(input: $input, idempotencyKey: $key) { token } }',
    { input: { email, displayName: 'Guest', roles }, key: key() },
    asAdmin,
  );
  const { acceptInvitation: id } = await system().graphql<{ acceptInvitation: string }>(
    'mutation ($token: String!, $password: String!, $key: String!) { acceptInvitation(token: $token, password: $password, idempotencyKey: $key) }',
    { token: invited.inviteUser.token, password, key: key() },
  );
  return { id, email, token: await signIn(email) };
}

describe('somebody who was invited', () => {
  test('learns what they may do, and is shut out the moment they are locked', async () => {
    const projectId = system().projects[0]?.id ?? '';
    const guest = await joined([{ role: 'viewer', projectId }, { role: 'approver', projectId, approvalLimitMinor: '5000' }, { role: 'registrar', areaPath: 'ke.kisumu' }]);
    const me = '{ me { roles { role standing } permissions { organization projects { projectId permissions } areas { area projectId permissions } approvalLimits { projectId amountMinor } } } }';
    expect(await system().graphql(me, {}, bearer(guest.token))).toMatchObject({
      me: {
        permissions: {
          organization: [],
          projects: [{ projectId, permissions: expect.arrayContaining(['entitlement:approve', 'project:read']) }],
          areas: [{ area: 'ke.kisumu', projectId: null, permissions: expect.arrayContaining(['beneficiary:write']) }],
          approvalLimits: [{ projectId, amountMinor: '5000' }],
        },
      },
    });
    const lock = 'mutation ($id: ID!, $key: String!) { lockUser(id: $id, reason: "lost the phone", idempotencyKey: $key) { status } }';
    await system().graphql(lock, { id: guest.id, key: key() }, asAdmin);
    await until(async () => codesOf(await system().attempt(me, {}, bearer(guest.token))).includes('UNAUTHENTICATED'), 'the locked account is shut out');
    await system().graphql('mutation ($id: ID!, $key: String!) { unlockUser(id: $id, idempotencyKey: $key) { status } }', { id: guest.id, key: key() }, asAdmin);
    const again = await signIn(guest.email);
    await until(async () => codesOf(await system().attempt(me, {}, bearer(again))).length === 0, 'the unlocked account is let in');
    expect(codesOf(await system().attempt(me, {}, bearer(guest.token)))).toEqual(['UNAUTHENTICATED']);
  });

  test('sees the people of their area, and not those of the area whose name begins alike', async () => {
    const register = 'mutation ($inputs: [RegisterBeneficiaryInput!]!, $key: String!) { registerBeneficiaries(inputs: $inputs, idempotencyKey: $key) { id } }';
    const inputs = ['ug.gulu', 'ug.gulu.pece', 'ug.gulu2'].map((areaCode) => ({ referenceId: randomUUID(), fullName: 'A Person', areaCode }));
    const { registerBeneficiaries: people } = await system().graphql<{ registerBeneficiaries: { id: string }[] }>(register, { inputs, key: key() }, asAdmin);
    const guest = await joined([{ role: 'registrar', areaPath: 'ug.gulu' }]);
    const { beneficiaries } = await system().graphql<{ beneficiaries: { edges: { node: { id: string; fullName: string } }[] } }>('{ beneficiaries(first: 200) { edges { node { id fullName } } } }', {}, bearer(guest.token));
    expect(beneficiaries.edges.map(({ node }) => node)).toEqual(people.slice(0, 2).map(({ id }) => ({ id, fullName: 'A Person' })));
    expect(codesOf(await system().attempt(register, { inputs: [{ referenceId: randomUUID(), fullName: 'B', areaCode: 'ug.gulu2' }], key: key() }, bearer(guest.token)))).toEqual(['FORBIDDEN']);
  });
});

test('somebody who works in five hundred projects is served like anybody else', async () => {
  const projectId = system().projects[0]?.id ?? '';
  const guest = await joined([]);
  const client = new pg.Client({ connectionString: system().databaseUrl });
  await client.connect();
  await client.query(`INSERT INTO role_assignment (id, user_id, role, project_id) SELECT gen_random_uuid(), $1::uuid, (ARRAY['project-manager', 'viewer'])[1 + n % 2], gen_random_uuid() FROM generate_series(1, 500) n`, [guest.id]);
  await client.end();
  const assign = 'mutation ($input: GrantRoleInput!, $key: String!) { assignRole(input: $input, idempotencyKey: $key) { id } }';
  await system().graphql(assign, { input: { userId: guest.id, role: 'viewer', projectId }, key: key() }, asAdmin);
  const read = '{ me { permissions { projects { projectId } } } projects { edges { node { id rfv { vouchersIssued } } } } }';
  const permissions = (answer: Answer<unknown>) => (answer.data as { me: { permissions: { projects: unknown[] } } } | null)?.me.permissions.projects.length;
  await until(async () => permissions(await system().attempt(read, {}, bearer(guest.token))) === 501, 'all projects have arrived');
  expect(await system().graphql(read, {}, bearer(guest.token))).toMatchObject({ projects: { edges: [{ node: { id: projectId, rfv: { vouchersIssued: expect.anything() } } }] } });
});

describe('the system of a partner', () => {
  const create = 'mutation ($input: CreateApiKeyInput!, $key: String!) { createApiKey(input: $input, idempotencyKey: $key) { apiKey { id status } secret } }';
  const read = '{ me { id } projects { edges { node { id } } } beneficiaries(first: 1) { edges { node { referenceId fullName } } } }';
  const issue = async (permissions: string[]): Promise<{ id: string; secret: string }> => {
    const input = { name: 'Partner', role: 'view', permissions, expiresAt: new Date(Date.now() + 3600_000).toISOString() };
    const { createApiKey } = await system().graphql<{ createApiKey: { apiKey: { id: string }; secret: string } }>(create, { input, key: key() }, asAdmin);
    return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
  };

  test('comes in with its key in either header, sees what it was made for, and is out when the key is revoked', async () => {
    const { id, secret } = await issue(['project:read', 'beneficiary:read']);
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }] as Record<string, string>[]) {
      const seen = await system().graphql(read, {}, { headers });
      expect(seen).toMatchObject({ me: null, beneficiaries: { edges: [{ node: { fullName: null } }] } });
    }
    expect(codesOf(await system().attempt('{ users { edges { node { id } } } }', {}, bearer(secret)))).toEqual(['FORBIDDEN']);
    await system().graphql('mutation ($id: ID!, $key: String!) { revokeApiKey(id: $id, idempotencyKey: $key) { status } }', { id, key: key() }, asAdmin);
    await until(async () => codesOf(await system().attempt(read, {}, bearer(secret))).includes('UNAUTHENTICATED'), 'the revoked key is worthless');
  });

  test.each([
    ['that was made up', `rk_a1B2c3D4_${'x'.repeat(43)}`],
    ['that was cut', 'rk_a1B2c3D4_short'],
    ['with SQL in it', "rk_a1B2c3D4_' OR 1=1 --"],
  ])('with a key %s is nobody', async (_what, made) => {
    expect(codesOf(await system().attempt(read, {}, { headers: { 'x-api-key': made } }))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('a subgraph reached directly', () => {
  interface Reached {
    url: string;
    path: string;
    audience: string;
  }
  const query = { query: '{ __typename }' };
  const admin: Principal = { subject: randomUUID(), organizationId: randomUUID(), roles: ['admin'], permissions: ['project:read', 'beneficiary:read'], projectPermissions: {} };

  async function reached(name: string): Promise<Reached> {
    if (name !== 'project') return { url: system().urls[name] ?? '', path: name === 'core' ? '/graphql' : '/subgraphs/name/aid', audience: name };
    const client = new pg.Client({ connectionString: system().databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ url: string; project_id: string }>(`SELECT url, project_id FROM service_instance WHERE state = 'ATTACHED' LIMIT 1`);
    await client.end();
    return { url: rows[0]?.url ?? '', path: '/graphql', audience: `project:${rows[0]?.project_id}` };
  }

  const tls = (name: string) => ({ cert: readFileSync(join(system().stateDir, 'tls', `${name}.pem`)), key: readFileSync(join(system().stateDir, 'tls', `${name}.key.pem`)) });
  const signer = () => createPrincipalSigner(join(system().stateDir, 'keys/principal.pem'));

  function call({ url, path }: Pick<Reached, 'url' | 'path'>, options: { certificate?: object; principal?: string | undefined; method?: string } = {}): Promise<number> {
    const { certificate = {}, principal, method = 'POST' } = options;
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...(principal ? { [PRINCIPAL_HEADER]: principal } : {}) };
      const sent = request(new URL(path, url), { method, headers, rejectUnauthorized: false, agent: false, ...certificate }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end(method === 'POST' ? JSON.stringify(query) : undefined);
    });
  }

  describe.each(['core', 'project', 'chain'])('%s', (name) => {
    test('answers the gateway with a principal meant for it', async () => {
      const target = await reached(name);
      expect(await call(target, { certificate: tls('gateway'), principal: await signer()(admin, target.audience) })).toBe(200);
    });

    test('tells whoever asks that it lives, and nothing else', async () => {
      const target = await reached(name);
      for (const path of ['/health', '/readiness', '/metrics']) expect(await call({ ...target, path }, { method: 'GET' })).toBe(200);
      for (const path of [target.path, '/internal/events', '/internal/ingest', '/internal/principals/x', '/internal/jwks', '/internal/drain']) {
        expect([403, 404]).toContain(await call({ ...target, path }));
      }
    });

    test.each(['worker', 'cli', 'core'])('refuses a principal that is replayed on a connection of the %s', async (other) => {
      const target = await reached(name);
      expect(await call(target, { certificate: tls(other), principal: await signer()(admin, target.audience) })).toBe(403);
    });

    test('refuses a principal on a connection without a certificate, or with one of another authority', async () => {
      const target = await reached(name);
      const principal = await signer()(admin, target.audience);
      expect(await call(target, { principal })).toBe(403);
      const folder = mkdtempSync(join(testEnvironment().folder, 'stranger-'));
      const files = (file: string) => ({ certFile: join(folder, `${file}.pem`), keyFile: join(folder, `${file}.key.pem`) });
      await ensureAuthority(files('ca'));
      await issueCertificate(files('ca'), identity.gateway, files('gateway'));
      const forged = { cert: readFileSync(files('gateway').certFile), key: readFileSync(files('gateway').keyFile) };
      expect(await call(target, { certificate: forged, principal })).toBe(403);
    });

    const own = (): string => readFileSync(join(system().stateDir, 'keys/principal.pem'), 'utf8');
    const signed = async (claims: { issuer?: string; expires?: number; audience: string }, pem = own()): Promise<string> =>
      new SignJWT({ principal: admin })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer(claims.issuer ?? 'rahat-gateway')
        .setAudience(claims.audience)
        .setExpirationTime(claims.expires ?? Math.floor(Date.now() / 1000) + 60)
        .sign(await importPKCS8(pem, 'EdDSA'));

    test.each<[string, (audience: string) => Promise<string | undefined>]>([
      ['no principal', async () => undefined],
      ['nonsense', async () => 'x.y.z'],
      ['an expired one', (audience) => signed({ audience, expires: Math.floor(Date.now() / 1000) - 1 })],
      ['one of another issuer', (audience) => signed({ audience, issuer: 'rahat' })],
      ['one for another service', async () => signer()(admin, 'project:00000000-0000-7000-8000-000000000000')],
      ['one for another kind of service', async (audience) => signer()(admin, audience === 'core' ? 'chain' : 'core')],
      ['an unsigned one', async (audience) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: 'rahat-gateway', aud: audience, principal: admin })).toString('base64url')}.`],
      [
        'one that a stranger signed',
        async (audience) => {
          const file = join(mkdtempSync(join(testEnvironment().folder, 'forger-')), 'key.pem');
          ensureSigningKey(file, `${file}.pub`);
          return signed({ audience }, readFileSync(file, 'utf8'));
        },
      ],
      ['an access token of a user', () => system().token('admin')],
    ])('refuses %s, also from the gateway', async (_what, principal) => {
      const target = await reached(name);
      expect(await call(target, { certificate: tls('gateway'), principal: await principal(target.audience) })).toBe(401);
    });
  });
});
