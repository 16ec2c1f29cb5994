import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createPrincipalSigner, createPrincipalVerifier, ensureSigningKey, type Principal } from '#kernel/auth';
import { createPool, newId } from '#kernel/db';
import { createDatabase } from '../../subgraphs/core/database';
import { GrantService } from '../../subgraphs/core/roles/grant.service';
import { RoleRepository } from '../../subgraphs/core/roles/role.repository';
import { scopeOf } from '../../subgraphs/core/scope';
import { startSystem } from '../../tests/kit/system';
import { ms, table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { median, percentile } from '../statistics';

const ASSIGNMENTS = [1, 50, 500];
const ROUNDS = 300;

/** What it costs to know what somebody may do, by how many roles they hold. */
export async function measurePermissions(): Promise<Report> {
  const system = await startSystem({ seed: false });
  const pool = createPool(system.databaseUrl, { max: 4, name: 'bench' });
  const database = createDatabase(pool);
  try {
    const grants = new GrantService(database, new RoleRepository(database));
    const organization = await database.organization.create({ data: { id: newId(), slug: 'bench', name: 'Bench' } });
    const rows: Array<readonly (string | number)[]> = [];
    for (const count of ASSIGNMENTS) {
      say(`permissions: ${count} assignments`);
      rows.push(await measure(grants, await holder(database, organization.id, count), count));
    }
    return { title: 'Permissions', blocks: [EXPLANATION, table(HEAD, rows)] };
  } finally {
    await database.$disconnect();
    await pool.end();
    await system.stop();
  }
}

const HEAD = ['Assignments', 'core works out median ms', 'p95', 'statements', 'header KiB', 'sign median ms', 'verify first median ms', 'verify again median µs', 'check median µs'];
const EXPLANATION = `Somebody holds one role in each of 1, 50 or 500 projects. *core works out*: from the database to the effective permissions, which a gateway
asks for once until something changes. *sign*: by the gateway, once in twenty seconds. *verify first* and *again*: by core, of a new token and
of one that it has seen; *check*: what each use case of a request then pays for the scope of its rows. ${ROUNDS} rounds each.`;

async function holder(database: ReturnType<typeof createDatabase>, organizationId: string, count: number): Promise<string> {
  const id = newId();
  await database.user.create({ data: { id, organizationId, displayName: 'Holder', email: `${id}@bench.example`, passwordHash: 'x' } });
  const roles = ['project-manager', 'viewer', 'finance-officer'];
  await database.roleAssignment.createMany({ data: Array.from({ length: count }, (_, n) => ({ id: newId(), userId: id, projectId: newId(), role: roles[n % roles.length] ?? '' })) });
  return id;
}

async function measure(grants: GrantService, userId: string, count: number): Promise<readonly (string | number)[]> {
  const principal = (await grants.effectivePermissions(userId)) as Principal;
  const statements = await statementsOf(() => grants.effectivePermissions(userId));
  const worked = await timed(() => grants.effectivePermissions(userId));
  const key = join(mkdtempSync(join(tmpdir(), 'bench-')), 'key.pem');
  ensureSigningKey(key, `${key}.pub`);
  const sign = createPrincipalSigner(key);
  const token = await sign(principal, 'core');
  const signed = await timed(() => sign(principal, 'core'));
  const first = await timed(() => createPrincipalVerifier(`${key}.pub`, 'core')(token));
  const verify = createPrincipalVerifier(`${key}.pub`, 'core');
  const again = await timed(() => verify(token));
  const checked = await timed(async () => scopeOf(principal, 'beneficiary:read'));
  return [count, ms(median(worked)), ms(percentile(worked, 0.95)), statements, (token.length / 1024).toFixed(1), ms(median(signed)), ms(median(first)), ms(median(again) * 1000), ms(median(checked) * 1000)];
}

async function timed(work: () => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < 20; n += 1) await work(); // warm
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const { query } = pg.Client.prototype;
  let count = 0;
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
    count += 1;
    return (query as (...all: never[]) => unknown).apply(this, args);
  } as typeof query;
  await work();
  pg.Client.prototype.query = query;
  return count;
}
