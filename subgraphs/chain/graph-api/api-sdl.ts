import { lexicographicSortSchema, buildSchema, printSchema } from 'graphql';
import type { EntityField, EntityModel, EntityType } from '../indexing';
import { filterName, filterScalar, operatorsOf, takesMany } from './filter-operators';

/** Names of the root fields of an entity: one by id, and the list. */
export interface RootNames {
  one: string;
  many: string;
}

export function rootNames(entity: string): RootNames {
  const one = entity.charAt(0).toLowerCase() + entity.slice(1);
  const many = plural(one);
  return { one, many: many === one ? `${one}_collection` : many };
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

const SHARED_TYPES = `
scalar BigDecimal
scalar BigInt
scalar Bytes
scalar Int8
scalar Timestamp

enum OrderDirection { asc desc }

"Whether data that was indexed with errors is answered."
enum _SubgraphErrorPolicy_ {
  "Data is answered even if the graph has indexing errors."
  allow
  "If the graph has indexing errors, data is withheld."
  deny
}

"The block at which data is read: one of its fields."
input Block_height { hash: Bytes number: Int number_gte: Int }

input BlockChangedFilter { number_gte: Int! }

type _Block_ {
  "The hash of the block; null when it was asked for by number."
  hash: Bytes
  "The number of the block."
  number: Int!
  "When it was made, in seconds since 1970."
  timestamp: Int
  "The hash of the block before it."
  parentHash: Bytes
}

"How far a graph is indexed."
type _Meta_ {
  "The block at which the data of this answer was read."
  block: _Block_!
  "The deployment of the graph."
  deployment: String!
  "Whether the graph met an error at some block in the past."
  hasIndexingErrors: Boolean!
}
`;

const BLOCK_ARGUMENTS = `"The block at which to read; by default the newest that is indexed." block: Block_height,
  "Set to \`allow\` to receive data even if the graph skipped over errors while it was indexed." subgraphError: _SubgraphErrorPolicy_! = deny`;

/** The query API that graph-node gives to an entity schema, without child filters, child order, full text and aggregations. */
export function apiSdl(model: EntityModel): string {
  const types = [...model.values()];
  const roots = types.map(rootFields).join('\n');
  const meta = '"How far the graph is indexed." _meta(block: Block_height): _Meta_';
  const sdl = [SHARED_TYPES, `type Query {\n${roots}\n${meta}\n}`, ...types.flatMap((type) => [objectType(type), filterInput(type), orderEnum(type)])].join('\n\n');
  return `${printSchema(lexicographicSortSchema(buildSchema(sdl)))}\n`;
}

function rootFields({ name, description }: EntityType): string {
  const { one, many } = rootNames(name);
  return `${described(description)}${one}("The id." id: ID!, ${BLOCK_ARGUMENTS}): ${name}
${described(description)}${many}(${listArguments(name)}, ${BLOCK_ARGUMENTS}): [${name}!]!`;
}

function listArguments(entity: string): string {
  return `"How many to pass over." skip: Int = 0, "How many to answer, at most 1000." first: Int = 100,
    orderBy: ${entity}_orderBy, orderDirection: OrderDirection, where: ${entity}_filter`;
}

function objectType({ name, description, fields }: EntityType): string {
  return `${described(description)}type ${name} {\n${[...fields.values()].map(objectField).join('\n')}\n}`;
}

function objectField(field: EntityField): string {
  const bang = field.required ? '!' : '';
  if (field.kind === 'derived') return `${described(field.description)}${field.name}(${listArguments(field.entity)}): [${field.entity}!]${bang}`;
  return `${described(field.description)}${field.name}: ${field.kind === 'scalar' ? field.scalar : field.entity}${bang}`;
}

function filterInput({ name, fields }: EntityType): string {
  const conditions = [...fields.values()].flatMap((field) =>
    operatorsOf(field).map((operator) => {
      const scalar = filterScalar(field);
      return `${filterName(field.name, operator)}: ${takesMany(operator) ? `[${scalar}!]` : scalar}`;
    }),
  );
  return `input ${name}_filter {\n${conditions.join('\n')}\n"Only what changed since that block." _change_block: BlockChangedFilter\nand: [${name}_filter]\nor: [${name}_filter]\n}`;
}

function orderEnum({ name, fields }: EntityType): string {
  const ordered = [...fields.values()].filter(({ kind }) => kind !== 'derived');
  return `enum ${name}_orderBy { ${ordered.map((field) => field.name).join(' ')} }`;
}

function described(text: string): string {
  return text ? `${JSON.stringify(text)} ` : '';
}
