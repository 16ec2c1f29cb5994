import { getNamedType, graphql, isObjectType, isUnionType } from 'graphql';
import { newId } from '#kernel/db';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../kit/database';
import { documentOf, rootFields, selectionOf } from './documents';
import { operations, type Holding } from './operations';
import type { Place } from './rows';
import { createWorld, type World } from './world';

const DEPTH = 5;
const database = useTestDatabase('core');
let world: World;
/** Ids and texts of rows that the strangers must never meet, by what they are. */
let secrets: Record<'person' | 'vendor' | 'project' | 'user' | 'key' | 'enrollment', string[]>;
let strangers: Record<string, { principal: Principal; hidden: string[]; border: Holding }>;
/** Where the rows lie: in a project of its own, in the area next to that of the strangers. */
let place: Place;
let ids: { person: string; vendor: string; user: string; enrollment: string };

beforeAll(async () => {
  world = await createWorld(database());
  place = { ...world.beyond.area, projectId: (await world.rows.project(world.beyond.area)).id };
  const { adminId } = world.around(place, 'organization');
  const [person, vendor, user] = [await world.rows.person(place), await world.rows.vendor(place), await world.rows.user(place)];
  const key = await world.rows.apiKey(place, adminId, true);
  const request = await world.rows.signupRequest(place);
  const invitation = await world.rows.invitation(place, adminId);
  const { entityId: audit } = await world.rows.auditEntry(place);
  const milestone = await world.rows.milestone(place.projectId);
  ids = { person: person.id, vendor: vendor.id, user: user.id, enrollment: person.enrollmentId };
  secrets = {
    person: [person.id, person.referenceId],
    enrollment: [person.enrollmentId],
    vendor: [vendor.id, vendor.name],
    project: [place.projectId, milestone],
    user: [user.id, user.email, request, invitation.id, audit],
    key: [key],
  };
  const everything = Object.values(secrets).flat();
  const neighbours = [...secrets.person, ...secrets.enrollment, ...secrets.vendor, ...secrets.user, ...secrets.key];
  strangers = {
    'an administrator of another organisation': { principal: world.foreigner, hidden: everything, border: 'organization' },
    'an administrator of another project': { principal: await world.holder('admin', 'project'), hidden: everything, border: 'project' },
    // Projects lie in no area: who works in one knows them.
    'an administrator of the neighbouring area': { principal: await world.holder('admin', 'area'), hidden: neighbours, border: 'area' },
    'somebody without a role': { principal: world.nobodySpecial, hidden: everything, border: 'organization' },
  };
});
afterAll(() => world.close());

function stranger(name: string) {
  const found = strangers[name];
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

const who = ['an administrator of another organisation', 'an administrator of another project', 'an administrator of the neighbouring area', 'somebody without a role'];

describe.each(who)('%s', (name) => {
  it('meets nothing of ours through any query, however deep it goes, with and without naming our rows', async () => {
    const { principal, hidden, border } = stranger(name);
    const met: string[] = [];
    for (const root of rootFields(world.subgraph.schema).filter(({ kind }) => kind === 'query')) {
      const operation = operations[root.field.name];
      const target = await operation?.target(world.around(place, 'organization'));
      const required = root.field.args.some(({ type }) => String(type).endsWith('!'));
      const wide = root.field.args.some((argument) => argument.name === 'first') ? { first: 200 } : {};
      for (const variables of required ? [target?.variables ?? {}] : [target?.variables ?? {}, wide]) {
        const result = await graphql({ schema: world.subgraph.schema, source: documentOf(root, DEPTH), variableValues: variables, contextValue: { principal, event: null } });
        // What was asked for may be repeated in an error; what is answered is data.
        const text = JSON.stringify(result.data ?? null);
        met.push(...hidden.filter((secret) => text.includes(secret)).map((secret) => `${root.field.name}: ${secret}`));
        if (operation?.borders.includes(border) && target?.shows && text.includes(target.shows)) met.push(`${root.field.name}: ${target.shows}`);
      }
    }
    expect(met).toEqual([]);
  }, 60_000);

  it('meets nothing of ours through any entity that a gateway may name', async () => {
    const { principal, hidden } = stranger(name);
    const { projectId, organizationId } = place;
    const keys: Record<string, object[]> = {
      Beneficiary: [{ id: ids.person }],
      Enrollment: [{ id: ids.enrollment }, { projectId, beneficiaryId: ids.person }],
      Organization: [{ id: organizationId }],
      Project: [{ id: projectId }],
      ProjectVendor: [{ projectId, vendorId: ids.vendor }],
      User: [{ id: ids.user }],
      Vendor: [{ id: ids.vendor }],
    };
    const union = world.subgraph.schema.getType('_Entity');
    const entities = isUnionType(union) ? union.getTypes() : [];
    expect(Object.keys(keys)).toEqual(entities.map((type) => type.name).sort());
    const met: string[] = [];
    for (const type of entities) {
      const representations = (keys[type.name] ?? []).map((key) => ({ __typename: type.name, ...key }));
      const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type.name} ${selectionOf(type, DEPTH - 1)} } }`;
      const { data } = await graphql({ schema: world.subgraph.schema, source, variableValues: { r: representations }, contextValue: { principal, event: null } });
      const text = JSON.stringify(data ?? null);
      met.push(...hidden.filter((secret) => text.includes(secret)).map((secret) => `${type.name}: ${secret}`));
    }
    expect(met).toEqual([]);
  });
});

test('an administrator of the organisation meets all of it, so that not meeting it means something', async () => {
  const principal = await world.holder('admin', 'organization');
  let text = '';
  for (const root of rootFields(world.subgraph.schema).filter(({ kind, field }) => kind === 'query' && field.args.some((argument) => argument.name === 'first'))) {
    const result = await graphql({ schema: world.subgraph.schema, source: documentOf(root, DEPTH), variableValues: { first: 200 }, contextValue: { principal, event: null } });
    text += JSON.stringify(result.data ?? null);
  }
  expect(Object.values(secrets).flat().filter((secret) => !text.includes(secret))).toEqual([]);
});

/** Fields that answer null without a permission, as their descriptions say. */
const PERSONAL: Record<string, string[]> = { Beneficiary: ['fullName', 'phone', 'phones', 'email', 'address', 'governmentIds', 'bankAccount', 'personalAttributes'], Vendor: ['contactName', 'contactPhone', 'contactEmail', 'payoutAccount'], User: ['email', 'settings', 'permissions'] };

test('every field that its description calls null without a permission is known here', () => {
  const described = Object.values(world.subgraph.schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter(({ description }) => /null for (callers without the permission|everybody)/.test(description ?? ''))
          .map((field) => `${type.name}.${field.name}`)
      : [],
  );
  expect(described.sort()).toEqual(Object.entries(PERSONAL).flatMap(([type, fields]) => fields.map((field) => `${type}.${field}`)).sort());
});

test('personal data answers null, without an error, for whoever may see the row but not the data', async () => {
  const { home } = world;
  const [person, vendor, user] = [await world.rows.person(home), await world.rows.vendor(home), await world.rows.user(home)];
  const viewer = { ...(await world.holder('viewer', 'organization')) };
  const reader = { ...viewer, permissions: [...viewer.permissions, 'user:read'] };
  const personal = (type: string): string => (PERSONAL[type] ?? []).map((field) => (isObjectType(getNamedType(fieldOf(type, field))) ? `${field} { __typename }` : field)).join(' ');
  const source = `query ($p: ID!, $v: ID!, $u: ID!) { beneficiary(id: $p) { id ${personal('Beneficiary')} } vendor(id: $v) { id ${personal('Vendor')} } user(id: $u) { id settings permissions { __typename } } }`;
  const ask = (principal: Principal) => graphql({ schema: world.subgraph.schema, source, variableValues: { p: person.id, v: vendor.id, u: user.id }, contextValue: { principal } });
  expect(JSON.parse(JSON.stringify(await ask(reader)))).toEqual({
    data: { beneficiary: { id: person.id, ...Object.fromEntries((PERSONAL.Beneficiary ?? []).map((field) => [field, null])) }, vendor: { id: vendor.id, ...Object.fromEntries((PERSONAL.Vendor ?? []).map((field) => [field, null])) }, user: { id: user.id, settings: null, permissions: null } },
  });
  expect(JSON.parse(JSON.stringify(await ask(await world.holder('admin', 'organization'))))).toMatchObject({
    data: { beneficiary: { fullName: expect.any(String), phone: expect.any(String), phones: [expect.any(String)], governmentIds: [] }, vendor: { contactPhone: expect.any(String) } },
  });
});

test('personal data of an area is read only with the permission for that area', async () => {
  const [inside, outside] = [await world.rows.person(world.home), await world.rows.person(world.beyond.area)];
  const registrar = await world.holder('registrar', 'area');
  const seesAll: Principal = { ...registrar, permissions: ['beneficiary:read'] };
  const source = 'query ($a: ID!, $b: ID!) { inside: beneficiary(id: $a) { fullName } outside: beneficiary(id: $b) { fullName } }';
  const { data } = await graphql({ schema: world.subgraph.schema, source, variableValues: { a: inside.id, b: outside.id }, contextValue: { principal: seesAll } });
  expect(JSON.parse(JSON.stringify(data))).toEqual({ inside: { fullName: expect.any(String) }, outside: { fullName: null } });
});

function fieldOf(type: string, field: string) {
  const found = world.subgraph.schema.getType(type);
  const definition = isObjectType(found) ? found.getFields()[field] : undefined;
  if (!definition) throw new Error(`There is no field ${type}.${field}.`);
  return definition.type;
}

test('a key that is not even shaped like one is as unknown as any', async () => {
  for (const id of ['x', '', "' OR 1=1 --", `${newId()}'`, '../../etc/passwd']) {
    const source = 'query ($id: ID!) { project(id: $id) { id } beneficiary(id: $id) { id } vendor(id: $id) { id } user(id: $id) { id } }';
    const answer = await graphql({ schema: world.subgraph.schema, source, variableValues: { id }, contextValue: { principal: await world.holder('admin', 'organization') } });
    expect(JSON.parse(JSON.stringify(answer))).toEqual({ data: { project: null, beneficiary: null, vendor: null, user: null } });
  }
});
