import { getNamedType, isInputObjectType } from 'graphql';
import { newId } from '#kernel/db';
import { useTestDatabase } from '../kit/database';
import { rootFields } from './documents';
import { operations } from './operations';
import { createWorld, type World } from './world';

/** What nobody may say of a row: whose it is, who made it, where it stands, what guards it. */
const OURS = { id: newId(), organizationId: newId(), createdById: newId(), grantedById: newId(), passwordHash: 'x', secretHash: 'x', status: 'ACTIVE', isSystem: true, revision: 9, contractAddress: '0x0', createdAt: new Date(0).toISOString() };
const database = useTestDatabase('core');
let world: World;

beforeAll(async () => {
  world = await createWorld(database());
});
afterAll(() => world.close());

test('every mutation that takes an input refuses what is not for the caller to say, also from an administrator', async () => {
  const principal = await world.holder('admin', 'organization');
  const taken: string[] = [];
  let tried = 0;
  for (const root of rootFields(world.subgraph.schema).filter(({ kind }) => kind === 'mutation')) {
    const input = root.field.args.find(({ type }) => isInputObjectType(getNamedType(type)));
    const type = input && getNamedType(input.type);
    if (!input || !isInputObjectType(type)) continue;
    const target = await operations[root.field.name]?.target(world.around(world.home, 'organization'));
    const given = target?.variables[input.name];
    for (const [field, value] of Object.entries(OURS)) {
      if (type.getFields()[field]) {
        // The id of the row to change, or a status that people set: the input says so, and its own tests guard it.
        if (!['UpdateMilestoneInput.id', 'UpdateMilestoneInput.status'].includes(`${type.name}.${field}`)) taken.push(`${type.name}.${field}`);
        continue;
      }
      const more = Array.isArray(given) ? [{ ...(given[0] as object), [field]: value }] : { ...(given as object), [field]: value };
      const { errors } = await world.run(root, { variables: { ...target?.variables, [input.name]: more } }, principal);
      tried += 1;
      if (!errors?.some(({ message }) => message.includes(`"${field}" is not defined`))) taken.push(`${root.field.name}: ${field}`);
    }
  }
  expect(taken).toEqual([]);
  expect(tried).toBeGreaterThan(100);
});
