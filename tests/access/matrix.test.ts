import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../kit/database';
import { rootFields, type RootField } from './documents';
import { operations, proofs, type Holding, type Target } from './operations';
import { tableOf, type MatrixRow } from './table';
import { createVouchers, type Vouchers } from './vouchers';
import { anonymous, atHomeIn, createWorld, roleNames, type World } from './world';

const FILE = join(__dirname, '../../docs/access-matrix.md');
const HOLDINGS: readonly Holding[] = ['organization', 'project', 'area'];
const LETTER: Record<Holding, string> = { organization: 'O', project: 'P', area: 'A' };

const database = useTestDatabase('core');
let world: World;
let vouchers: Vouchers;
const measured: MatrixRow[] = [];
const crossed: string[] = [];
/** Targets that nobody has used up yet: what was refused has changed nothing. */
const targets = new Map<string, Promise<Target>>();

beforeAll(async () => {
  [world, vouchers] = await Promise.all([createWorld(database()), createVouchers()]);
});
afterAll(() => Promise.all([world.close(), vouchers.close()]));

/** Whether the caller got all the way through: nothing refused, something answered, and in a list the target itself. */
function succeeded({ data, errors }: ExecutionResult, name: string, target: Target): boolean {
  if (errors?.length || data?.[name] == null) return false;
  return target.shows === undefined || JSON.stringify(data).includes(target.shows);
}

/** Whether a caller who holds a role so gets through at home (null), or beyond a border. */
type Attempt = (root: RootField, caller: Principal, holding: Holding, beyond: Holding | null) => Promise<boolean>;

/** Tries a field of the service of a project: at home it is the project of the caller. */
const attemptVoucher: Attempt = (root, caller, _holding, beyond) => {
  const principal = beyond === null ? atHomeIn(caller, world.home.projectId, vouchers.projectId) : caller;
  return vouchers.attempt(root, principal, (beyond === 'organization' ? world.beyond.organization : world.home).organizationId);
};

const attemptCore: Attempt = async (root, caller, holding, beyond) => {
  const { name } = root.field;
  const place = beyond ? world.beyond[beyond] : world.home;
  const id = `${name} ${holding} ${beyond}`;
  const target = await (targets.get(id) ?? operations[name]?.target(world.around(place, holding)));
  if (!target) throw new Error(`tests/access/operations.ts does not say how to try ${name}.`);
  // At home the target may have a project of its own: then the caller holds the role in that one.
  const principal = beyond === null && target.projectId ? atHomeIn(caller, world.home.projectId, target.projectId) : caller;
  const result = await world.run(root, target, principal);
  const done = succeeded(result, name, target);
  if (done && root.kind === 'mutation') targets.delete(id);
  else targets.set(id, Promise.resolve(target));
  return done;
};

async function measure(root: RootField, attempt: Attempt, borders: readonly Holding[]): Promise<MatrixRow> {
  const { name } = root.field;
  const cells: Record<string, string> = {
    nobody: (await attempt(root, anonymous, 'organization', null)) ? 'O' : '',
    'no role': (await attempt(root, world.nobodySpecial, 'organization', null)) ? 'O' : '',
  };
  for (const role of roleNames) {
    let cell = '';
    for (const holding of HOLDINGS) {
      const caller = await holderOf(role, holding);
      if (await attempt(root, caller, holding, null)) cell += LETTER[holding];
      // Across the border of the organisation nobody gets, however they hold their role; across the others not with what they hold on this side.
      for (const border of new Set<Holding>(['organization', holding])) {
        if (!borders.includes(border)) continue;
        if (await attempt(root, caller, holding, border)) crossed.push(`${role} in the ${holding} reaches ${name} beyond the ${border}`);
      }
    }
    cells[role] = cell;
  }
  return { kind: root.kind, field: name, cells };
}

const holders = new Map<string, Promise<Principal>>();
function holderOf(role: string, holding: Holding): Promise<Principal> {
  const id = `${role} ${holding}`;
  const holder = holders.get(id) ?? world.holder(role, holding);
  holders.set(id, holder);
  return holder;
}

test('every root field of core is tried, and nothing is tried that there is not', () => {
  expect([...Object.keys(operations), ...Object.keys(proofs)].sort()).toEqual(rootFields(world.subgraph.schema).map(({ field }) => field.name).sort());
});

test('every role is tried on every operation', async () => {
  const ofCore = rootFields(world.subgraph.schema).filter(({ field }) => !proofs[field.name]).map((root) => () => measure(root, attemptCore, operations[root.field.name]?.borders ?? []));
  const ofProjects = rootFields(vouchers.schema).map((root) => () => measure(root, attemptVoucher, ['organization', 'project']));
  const waiting = [...ofCore, ...ofProjects];
  const all = waiting.length;
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) measured.push(await next());
    }),
  );
  expect(measured).toHaveLength(all);
}, 300_000);

test('an administrator gets through everywhere at home, so that a refusal is a refusal and not a broken try', () => {
  expect(measured.filter(({ cells }) => !cells.admin?.includes('O')).map(({ field }) => field)).toEqual([]);
});

test('nobody reaches beyond the organisation, the project or the area in which they hold their role', () => {
  expect(crossed).toEqual([]);
});

test.each(Object.keys(proofs))('%s is refused without its proof, to an administrator too', async (name) => {
  const root = rootFields(world.subgraph.schema).find(({ field }) => field.name === name);
  if (!root) throw new Error(`There is no ${name}.`);
  const variables = Object.fromEntries(root.field.args.map((argument) => [argument.name, argument.name === 'channel' ? 'EMAIL' : 'made-up']));
  const { data, errors } = await world.run(root, { variables }, await holderOf('admin', 'organization'));
  expect([data?.[name] ?? null, (errors ?? []).length > 0]).toEqual([null, true]);
});

test('the committed matrix is what was measured', () => {
  const table = tableOf(measured, ['nobody', 'no role', ...roleNames], proofs);
  if (process.env.ACCESS_MATRIX === 'write') writeFileSync(FILE, table);
  expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(table);
});
