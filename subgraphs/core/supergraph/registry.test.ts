import { join } from 'node:path';
import { createPool, newId, type Pool } from '#kernel/db';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { createComposer, type Composer } from './composition';
import type { ImageDescription } from './image-description';
import { RegistryRepository } from './registry.repository';
import { Registry } from './registry.service';
import { TypeCatalogue } from './type-catalogue';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])\n';
const CORE = `${LINK} type Query { projects: [Project!]! } type Project @key(fields: "id") { id: ID! name: String! }`;
const admin = { subject: 'admin', organizationId: newId(), roles: [], permissions: [], projectPermissions: {} };
const tally = (extra = ''): string => `${LINK} type Query { tallyCount(projectId: ID!): TallyProject }
  type Project @key(fields: "id") { id: ID! tally: TallyProject } type TallyProject { label: String! ${extra} }`;

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let composer: Composer;
let registry: Registry;
let catalogue: TypeCatalogue;
let repository: RegistryRepository;
const images = new Map<string, ImageDescription>();

function image(type: string, version: string, sdl: string): string {
  const name = `${type}:${version}`;
  images.set(name, { type, version, title: type, sdl, settingsSchema: { type: 'object', properties: { unit: { type: 'string' } }, required: ['unit'], additionalProperties: false }, migrations: [] });
  return name;
}

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
  prisma = createDatabase(pool);
  composer = createComposer(join(__dirname, '../../../dist/subgraphs/core/compose.worker.js'));
  repository = new RegistryRepository(prisma);
  registry = new Registry(prisma, repository, composer, createLogger({ name: 'test', level: 'silent' }));
  catalogue = new TypeCatalogue(prisma, repository, async (name) => {
    const description = images.get(name);
    if (!description) throw new Error(`no image ${name}`);
    return description;
  });
  await registry.registerStatic({ name: 'core', kind: 'http', url: 'https://core', sdl: CORE, config: { audience: 'core' } });
});
afterAll(async () => {
  await composer.close();
  await prisma.$disconnect();
  await pool.end();
});

test('registering the same subgraph again publishes nothing', async () => {
  const before = await repository.latestVersion();
  await registry.registerStatic({ name: 'core', kind: 'http', url: 'https://core', sdl: CORE, config: { audience: 'core' } });
  expect(await repository.latestVersion()).toBe(before);
});

test('a type joins the supergraph when its first version is published, with what the gateway needs to route it', async () => {
  await catalogue.register(admin, image('tally', '1.0.0', tally()));
  await registry.publishType({ typeCode: 'tally', version: '1.0.0' });
  const artifact = await registry.artifact();
  expect(artifact?.sdl).toContain('TALLY');
  expect(artifact?.subgraphs.find(({ name }) => name === 'tally')).toMatchObject({
    kind: 'project-type',
    config: { projectArgument: 'projectId', keys: { Project: 'id' }, versions: [{ sdl: tally() }] },
  });
});

test('publishing a version that is live already changes nothing: projects of a known type need no composition', async () => {
  const before = await repository.latestVersion();
  await registry.publishType({ typeCode: 'tally', version: '1.0.0' });
  expect(await repository.latestVersion()).toBe(before);
});

test('a version that adds is published beside the old one; the graph is the union', async () => {
  await catalogue.register(admin, image('tally', '2.0.0', tally('unit: String')));
  await registry.publishType({ typeCode: 'tally', version: '2.0.0' });
  const config = (await registry.artifact())?.subgraphs.find(({ name }) => name === 'tally')?.config;
  expect(config).toMatchObject({ versions: [{ sdl: tally() }, { sdl: tally('unit: String') }] });
  expect((await registry.artifact())?.sdl).toContain('unit: String');
});

test('a version that breaks is refused at registration, by field and rule, and is not stored', async () => {
  const broken = image('tally', '3.0.0', tally('unit: Int').replace('label: String!', 'label: Int!'));
  await expect(catalogue.register(admin, broken)).rejects.toMatchObject({ code: 'SCHEMA_REJECTED', message: expect.stringMatching(/TallyProject\.label.*rule 6/) });
  await expect(catalogue.find('tally', '3.0.0')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT_TYPE' });
});

test('the same version with another schema is a conflict', async () => {
  const changed = image('tally', '2.0.0', tally('unit: String note: String'));
  await expect(catalogue.register(admin, changed)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a type that does not compose is refused in the words of composition, and the live graph stays', async () => {
  await catalogue.register(admin, image('clash', '1.0.0', `${LINK} type Query { clashIt(projectId: ID!): Int } type Project @key(fields: "id") { id: ID! @external clash: ClashThing } type ClashThing @key(fields: "projectId nope") { projectId: ID! }`));
  const before = await repository.latestVersion();
  await expect(registry.checkType({ typeCode: 'clash', version: '1.0.0' })).rejects.toMatchObject({ code: 'COMPOSITION_FAILED' });
  await expect(registry.publishType({ typeCode: 'clash', version: '1.0.0' })).rejects.toMatchObject({ code: 'COMPOSITION_FAILED' });
  expect(await repository.latestVersion()).toBe(before);
});

test('ten types published at once all end up in the graph, each as a version of its own', async () => {
  const before = await repository.latestVersion();
  const codes = Array.from({ length: 10 }, (_, n) => `many${'abcdefghij'[n]}`);
  for (const code of codes) {
    const pascal = code.slice(0, 1).toUpperCase() + code.slice(1);
    const sdl = `${LINK} type Query { ${code}It(projectId: ID!): Int } type Project @key(fields: "id") { id: ID! ${code}: ${pascal}Thing } type ${pascal}Thing { n: Int }`;
    await catalogue.register(admin, image(code, '1.0.0', sdl));
  }
  await Promise.all(codes.map((typeCode) => registry.publishType({ typeCode, version: '1.0.0' })));
  expect(await repository.latestVersion()).toBe(before + 10);
  const names = (await registry.artifact())?.subgraphs.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(codes));
});

test('settings that do not fit are refused by name', async () => {
  const type = await catalogue.find('tally', '1.0.0');
  expect(() => catalogue.validateSettings(type, { unit: 3, extra: 1 })).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.stringMatching(/input\.settings\.unit.*|input\.settings\.extra/) }));
  expect(() => catalogue.validateSettings(type, {})).toThrow(/input\.settings\.unit/);
  expect(() => catalogue.validateSettings(type, { unit: 'kg' })).not.toThrow();
});

test('the newest release is what a new project gets; an unknown type names those that there are', async () => {
  expect((await catalogue.find('tally')).version).toBe('2.0.0');
  await expect(catalogue.find('nonsense')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT_TYPE', message: expect.stringContaining('tally') });
});

test('a gateway that has not acknowledged is waited for; one that no longer speaks is not', async () => {
  const current = await repository.latestVersion();
  await repository.renewLease({ gatewayId: 'g1', supergraphVersion: current - 1, routesVersion: 0 });
  expect(await repository.behind(current, 0)).toEqual(['g1']);
  let done = false;
  const waiting = registry.gatewaysCaughtUp().then(() => {
    done = true;
  });
  await new Promise((wake) => setTimeout(wake, 60));
  expect(done).toBe(false);
  await repository.renewLease({ gatewayId: 'g1', supergraphVersion: current, routesVersion: 0 });
  await waiting;
  await pool.query("UPDATE gateway_lease SET renewed_at = now() - interval '1 minute', supergraph_version = 0");
  expect(await repository.behind(current, 0)).toEqual([]);
});
