import pg from 'pg';
import { newId } from '#kernel/db';
import { useTestDatabase } from '../kit/database';
import { rootFields } from './documents';
import { operations, type Target } from './operations';
import { createWorld, type World } from './world';

const database = useTestDatabase('core');
let world: World;

beforeAll(async () => {
  world = await createWorld(database());
});
afterAll(() => world.close());

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The same request about something that there is not: every id in it is another one. */
function aboutNothing({ variables, event, ...rest }: Target): Target {
  const others = new Map<string, string>();
  const other = (id: string): string => {
    const known = others.get(id) ?? newId();
    others.set(id, known);
    return known;
  };
  const renamed = (value: unknown): never => JSON.parse(JSON.stringify(value).replace(UUID, other).replaceAll('ours-', 'none-')) as never;
  return { ...rest, variables: renamed(variables), ...(event ? { event: renamed(event) } : {}) };
}

/** What an answer says, without the ids that were asked for, and how many statements the database was sent for it. */
async function observed(work: () => Promise<unknown>): Promise<{ answer: string; statements: number }> {
  const query = jest.spyOn(pg.Client.prototype, 'query');
  query.mockClear();
  const answer = JSON.stringify(await work(), (key, value: unknown) => (key === 'locations' ? undefined : value)).replace(UUID, '<id>').replaceAll('none-', 'ours-');
  const statements = query.mock.calls.length;
  query.mockRestore();
  return { answer, statements };
}

const named = Object.entries(operations).filter(([, { borders }]) => borders.includes('organization'));

test.each(named)('%s: what belongs to others cannot be told from what there is not, neither by the answer nor by the work', async (name, operation) => {
  const root = rootFields(world.subgraph.schema).find(({ field }) => field.name === name);
  if (!root) throw new Error(`There is no field ${name}.`);
  const target = await operation.target(world.around(world.home, 'organization'));
  const forbidden = await observed(() => world.run(root, target, world.foreigner));
  const unknown = await observed(() => world.run(root, aboutNothing(target), world.foreigner));
  expect(forbidden).toEqual(unknown);
});

const inProjects = Object.entries(operations).filter(([, { borders }]) => borders.includes('project'));

test.each(inProjects)('%s: what lies in another project cannot be told from what there is not', async (name, operation) => {
  const root = rootFields(world.subgraph.schema).find(({ field }) => field.name === name);
  if (!root) throw new Error(`There is no field ${name}.`);
  const caller = await world.holder('project-admin', 'project');
  const target = await operation.target(world.around(world.beyond.project, 'project'));
  const forbidden = await observed(() => world.run(root, target, caller));
  const unknown = await observed(() => world.run(root, aboutNothing(target), caller));
  expect(forbidden).toEqual(unknown);
});
