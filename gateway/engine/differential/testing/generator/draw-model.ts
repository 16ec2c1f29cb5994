import { ENUM, type FieldModel, type InterfaceModel, type KeyModel, type Model, type ObjectModel } from './model';
import type { Random } from './random';

const LEAVES = ['Int', 'String', 'Boolean', 'Float', 'ID', ENUM, 'Json'];
const ARGUMENTS = [
  { name: 'n', type: 'Int', fallback: '3' },
  { name: 'shade', type: ENUM },
  { name: 'text', type: 'String!' },
  { name: 'filter', type: 'Filter' },
  { name: 'ids', type: '[ID!]' },
  { name: 'on', type: 'Boolean', fallback: 'true' },
];

export interface ModelOptions {
  requirementsWithArguments: boolean;
  /** A requirement of a field that itself requires something. */
  chains: boolean;
  entityInterfaces: boolean;
}

/** A random graph over a few subgraphs. Not each one composes. */
export function drawModel(random: Random, options: ModelOptions): Model {
  const subgraphs = ['a', 'b', 'c', 'd', 'e'].slice(0, 2 + random.int(4));
  const entities = names('T', 2 + random.int(3)).map((name) => drawEntity(random, name, subgraphs));
  const values = names('V', random.int(2)).map((name): ObjectModel => ({ name, keys: [], fields: [], homes: new Map(random.some(subgraphs, 0.6).map((subgraph) => [subgraph, { keys: [] }])) }));
  const model: Model = { subgraphs, types: [...entities, ...values], interfaces: [], unions: [], roots: [] };
  for (const type of values) type.fields = names('v', 2).map((name) => ({ ...leafField(random, name), in: [...type.homes.keys()] }));
  if (random.chance(0.6)) model.interfaces.push(drawInterface(random, entities, subgraphs));
  if (options.entityInterfaces && random.chance(0.4)) addEntityInterface(random, model);
  if (random.chance(0.6)) addUnion(random, model);
  for (const type of entities) addFields(random, model, type, options);
  for (const subgraph of subgraphs) model.roots.push(...names(`q${subgraph}`, 1 + random.int(2)).map((name) => relation(random, model, name, subgraph)));
  return model;
}

function drawEntity(random: Random, name: string, subgraphs: string[]): ObjectModel {
  const keyField = (field: string, type: string): FieldModel => ({ name: field, type, arguments: [], in: [] });
  const id: KeyModel = { text: 'id', fields: [keyField('id', 'ID!')] };
  const code: KeyModel = { text: 'code', fields: [keyField('code', 'Int!')] };
  const pair: KeyModel = { text: 'x y', fields: [keyField('x', 'String!'), keyField('y', 'Int!')] };
  const keys = [id, ...random.some([code, pair], 0.5)].slice(0, 1 + random.int(3));
  const homes = new Map(random.some(subgraphs, 0.7).map((subgraph) => [subgraph, { keys: (random.chance(0.85) ? [id, ...keys.slice(1).filter(() => random.chance(0.4))] : random.some(keys, 0.5)).map((key) => ({ key, resolvable: random.chance(0.95) })) }]));
  for (const [, home] of homes) if (random.chance(0.3)) home.keys.reverse();
  return { name, keys, fields: [], homes };
}

function drawInterface(random: Random, entities: ObjectModel[], subgraphs: string[]): InterfaceModel {
  const implementers = random.some(entities, 0.7);
  return { name: 'I', implementers: implementers.map(({ name }) => name), field: { ...leafField(random, 'common'), arguments: [], in: subgraphs } };
}

// `M` with its kinds in one subgraph, and as one object in another.
function addEntityInterface(random: Random, model: Model): void {
  const [subgraph, objectIn] = random.chance(0.5) ? [model.subgraphs[0], model.subgraphs[1]] : [model.subgraphs[1], model.subgraphs[0]];
  if (!subgraph || !objectIn) return;
  const id: KeyModel = { text: 'id', fields: [{ name: 'id', type: 'ID!', arguments: [], in: [] }] };
  const kinds = names('M', 2).map((name): ObjectModel => ({ name, keys: [id], fields: [{ ...leafField(random, `own${name}`), in: [subgraph] }], homes: new Map([[subgraph, { keys: [{ key: id, resolvable: true }] }]]) }));
  for (const third of model.subgraphs.slice(2)) if (random.chance(0.5)) kinds[0]?.homes.set(third, { keys: [{ key: id, resolvable: true }] });
  model.types.push(...kinds);
  model.interfaces.push({
    name: 'M',
    implementers: kinds.map(({ name }) => name),
    field: { ...leafField(random, 'title'), in: [subgraph] },
    entity: { subgraph, objectIn, added: names('added', 1 + random.int(2)).map((name) => ({ ...leafField(random, name), in: [objectIn] })) },
  });
}

function addUnion(random: Random, model: Model): void {
  const subgraph = random.pick(model.subgraphs);
  const here = model.types.filter(({ homes }) => homes.has(subgraph));
  if (here.length > 1) model.unions.push({ name: 'U', subgraph, members: random.some(here, 0.7).map(({ name }) => name) });
}

function addFields(random: Random, model: Model, type: ObjectModel, options: ModelOptions): void {
  const homes = [...type.homes.keys()];
  for (const name of names('f', 2 + random.int(4))) {
    const owners = random.chance(0.25) ? random.some(homes, 0.6) : [random.pick(homes)];
    const field: FieldModel = { ...leafField(random, name), in: owners };
    if (owners.length === 1 && homes.length > 1 && random.chance(0.12)) field.overrides = random.pick(homes.filter((home) => home !== owners[0]));
    if (random.chance(0.05)) field.hidden = true;
    type.fields.push(field);
  }
  for (const name of names('r', random.int(3))) type.fields.push(relation(random, model, name, random.pick(homes)));
  for (const name of names('c', random.int(3))) {
    const home = random.pick(homes);
    const elsewhere = type.fields.filter((field) => !field.in.includes(home) && field.overrides !== home && !field.possible && isLeaf(field) && !field.provides && (options.chains || !field.requires) && (options.requirementsWithArguments || field.arguments.length === 0));
    if (elsewhere.length === 0) continue;
    const requires = random.some(elsewhere, 0.4).map((field) => requirement(random, field));
    type.fields.push({ ...leafField(random, name), arguments: [], in: [home], requires });
  }
}

function requirement(random: Random, field: FieldModel): NonNullable<FieldModel['requires']>[number] {
  if (field.arguments.length === 0) return { field, text: field.name, given: {} };
  const given: Record<string, unknown> = {};
  for (const { name, fallback } of field.arguments) if (fallback !== undefined) given[name] = JSON.parse(fallback) as unknown;
  const texts = field.arguments.flatMap(({ name, type }) => {
    if (!type.endsWith('!') && name !== 'n') return [];
    given[name] = name === 'n' ? random.int(3) : `t${random.int(2)}`;
    return [`${name}: ${JSON.stringify(given[name])}`];
  });
  return { field, text: `${field.name}${texts.length > 0 ? `(${texts.join(', ')})` : ''}`, given };
}

/** A field that leads to objects that its subgraph knows, or a leaf when it knows none. */
function relation(random: Random, model: Model, name: string, subgraph: string): FieldModel {
  const objects = model.types.filter((type) => type.homes.has(subgraph)).map((type) => ({ name: type.name, possible: undefined as string[] | undefined }));
  const abstract = [
    ...model.interfaces.flatMap(({ name: of, implementers, entity }) => {
      if (entity) return entity.subgraph === subgraph || entity.objectIn === subgraph ? [{ name: of, possible: implementers }] : [];
      const possible = implementers.filter((type) => model.types.some((other) => other.name === type && other.homes.has(subgraph)));
      return possible.length > 0 ? [{ name: of, possible }] : [];
    }),
    ...model.unions.filter((union) => union.subgraph === subgraph).map(({ name: of, members }) => ({ name: of, possible: members })),
  ];
  const targets = [...objects, ...abstract, ...abstract];
  if (targets.length === 0) return { ...leafField(random, name), in: [subgraph] };
  const target = random.pick(targets);
  const field: FieldModel = { name, type: wrapped(random, target.name), arguments: drawArguments(random), in: [subgraph], ...(target.possible ? { possible: target.possible } : {}) };
  const type = model.types.find((other) => other.name === target.name);
  const provided = type?.fields.filter((other) => type.keys.length > 0 && !other.in.includes(subgraph) && isLeaf(other) && other.arguments.length === 0 && !other.requires && !other.overrides);
  if (provided && provided.length > 0 && random.chance(0.2)) field.provides = [random.pick(provided)];
  return field;
}

function isLeaf({ type }: FieldModel): boolean {
  return LEAVES.includes(type.replace(/[[\]!]/g, ''));
}

function leafField(random: Random, name: string): FieldModel {
  return { name, type: random.chance(0.8) ? random.pick(LEAVES) + (random.chance(0.3) ? '!' : '') : wrapped(random, random.pick(LEAVES)), arguments: drawArguments(random), in: [] };
}

function drawArguments(random: Random): FieldModel['arguments'] {
  return random.chance(0.25) ? random.some(ARGUMENTS, 0.3) : [];
}

function wrapped(random: Random, type: string): string {
  const inner = type + (random.chance(0.3) ? '!' : '');
  const list = random.chance(0.45) ? `[${inner}]${random.chance(0.3) ? '!' : ''}` : inner;
  return random.chance(0.06) ? `[${list}]` : list;
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
