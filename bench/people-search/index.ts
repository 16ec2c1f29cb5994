import { decodeJwt } from 'jose';
import { createPrincipalSigner, PRINCIPAL_HEADER } from '#kernel/auth';
import { createPool, type Pool } from '#kernel/db';
import { clientTls, createInternalClient, identity } from '#kernel/tls';
import { ensureCredentials } from '../../cli/start/credentials';
import { keptSecretFile, openStateDir } from '../../cli/start/state-dir';
import { createPrincipalTokens } from '../../gateway/identity';
import { createCoreClient } from '../../gateway/registry';
import { createDatabase } from '../../subgraphs/core/database';
import { createKeyfileProvider, createProtectedData } from '../../subgraphs/core/protected-data';
import { startSystem, type TestSystem } from '../../tests/kit/system';
import { ms, table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { median, percentile } from '../statistics';
import { openWire } from '../three-way/wire';
import { fillPeople, fillSurroundings } from './people';
import { PAGE, QUERY, questionsOf } from './questions';

const ROUNDS = 300;
const WARM_UP = 30;
const REFERENCES = 1000;

/** How long it takes to find people among many, and to tell a gateway of a thousand at once. */
export async function measurePeopleSearch(people: number): Promise<Report> {
  const system = await startSystem();
  const pool = createPool(system.databaseUrl, { max: 6, name: 'bench' });
  const database = createDatabase(pool);
  try {
    const state = openStateDir(system.stateDir);
    const protectedData = createProtectedData(createKeyfileProvider(keptSecretFile(state, 'personal-data', '1 ')), keptSecretFile(state, 'personal-data-index'));
    const { id: organizationId } = await database.organization.findFirstOrThrow();
    const projectId = await fillSurroundings(database, organizationId);
    await fillPeople(pool, database, protectedData, { organizationId, projectId, people });
    const rows: Array<readonly (string | number)[]> = [];
    const ask = await throughGateway(system);
    for (const { title, fields, variables } of await questionsOf(pool, organizationId, people, projectId)) {
      say(`people-search: ${title}`);
      rows.push([title, ...(await timed((round) => ask.ask(QUERY(fields), { first: PAGE, ...variables(round) })))]);
    }
    await ask.close();
    say(`people-search: ${REFERENCES} references`);
    rows.push([`${REFERENCES.toLocaleString('en')} references (core)`, ...(await measureReferences(system, pool, organizationId))]);
    return { title: 'Finding people', blocks: [explanation(people), table(HEAD, rows)] };
  } finally {
    await database.$disconnect();
    await pool.end();
    await system.stop();
  }
}

const HEAD = ['Asked for', 'p50 ms', 'p99 ms', 'most ms'];

function explanation(people: number): string {
  return `${people.toLocaleString('en')} people with sealed personal data and identifiers. Each question asks the gateway for ${PAGE} people, one question at a time, ${ROUNDS} rounds after ${WARM_UP} that
do not count, about somebody else each round where it can be. *References*: the gateway’s own question for ${REFERENCES.toLocaleString('en')} entities at once, asked of core over mutual TLS.`;
}

type Ask = (round: number) => Promise<unknown>;

async function timed(ask: Ask): Promise<string[]> {
  const samples: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const start = performance.now();
    await ask(round + WARM_UP);
    if (round >= 0) samples.push(performance.now() - start);
  }
  return [ms(median(samples)), ms(percentile(samples, 0.99)), ms(Math.max(...samples))];
}

async function throughGateway(system: TestSystem): Promise<{ ask: (query: string, variables: Record<string, unknown>) => Promise<unknown>; close: () => Promise<void> }> {
  const wire = openWire(`${system.urls.gateway}/graphql`, 1);
  const headers = { authorization: `Bearer ${await system.token('admin')}` };
  return { ask: (query, variables) => wire.ask(query, variables, headers), close: () => wire.close() };
}

/** As the gateway asks for entities. */
async function measureReferences(system: TestSystem, pool: Pool, organizationId: string): Promise<string[]> {
  const credentials = await ensureCredentials(openStateDir(system.stateDir));
  const client = createInternalClient(credentials.tls.gateway);
  const known = await createCoreClient(client, String(system.urls.core)).permissions(String(decodeJwt(await system.token('admin')).sub));
  await client.close();
  if (!known) throw new Error('Core does not know the administrator.');
  const { version: _version, ...principal } = known;
  const headers = { [PRINCIPAL_HEADER]: await createPrincipalTokens(createPrincipalSigner(credentials.principal.privateFile)).forService(principal, 'core') };
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM beneficiary WHERE organization_id = $1 ORDER BY md5(id::text) LIMIT $2', [organizationId, REFERENCES * 20]);
  const wire = openWire(`${system.urls.core}/graphql`, 1, clientTls(credentials.tls.gateway, identity.core));
  const query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Beneficiary { id referenceId status gender areaCode } } }';
  const chunk = (round: number) => rows.slice((round % 20) * REFERENCES, ((round % 20) + 1) * REFERENCES).map(({ id }) => ({ __typename: 'Beneficiary', id }));
  const measured = await timed((round) => wire.ask(query, { representations: chunk(round) }, headers));
  await wire.close();
  return measured;
}
