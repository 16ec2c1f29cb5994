/** A project type that exists only here. */
export interface SyntheticType {
  name: string;
  sdl: string;
}

const TYPES_OF_EACH = 25;
// What every type has besides its entities: Project, Project's part, Query, Mutation, PageInfo, an enum and an input.
const FRAME = 7;
const PER_ENTITY = 3;

/**
 * Writes the schema of a project type that keeps every rule of docs/architecture.md and is as large as a real one: 25 types with a
 * prefix of their own, a part of `Project`, entities with connections, an enum, an input, a change.
 */
export function syntheticType(index: number): SyntheticType {
  const name = `bench${letters(index)}`;
  const pascal = name[0]?.toUpperCase() + name.slice(1);
  const entities = Array.from({ length: (TYPES_OF_EACH - FRAME) / PER_ENTITY }, (_, number) => `Item${String.fromCharCode(65 + number)}`);
  return { name, sdl: [LINK, SHARED, rootsOf(name, pascal, entities), projectOf(name, pascal, entities), ...entities.map((entity) => entityOf(pascal, entity))].join('\n\n') };
}

// All of one length, so that no name is the beginning of another.
function letters(index: number): string {
  return [Math.floor(index / 26), index % 26].map((digit) => String.fromCharCode(65 + digit)).join('');
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible", "@tag"])`;

const SHARED = `scalar DateTime
scalar MinorUnits
type PageInfo @shareable { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }`;

function rootsOf(name: string, pascal: string, entities: readonly string[]): string {
  const reads = entities.map(
    (entity) => `  "One ${entity}."
  ${name}${entity}(projectId: ID!, id: ID!): ${pascal}${entity}
  "A page of them."
  ${name}${entity}s(projectId: ID!, first: Int, after: String, status: ${pascal}Status): ${pascal}${entity}Connection`,
  );
  return `type Query {\n${reads.join('\n')}\n}
type Mutation { ${name}Change(projectId: ID!, input: ${pascal}ChangeInput!, idempotencyKey: String!): ${pascal}${entities[0]} }
enum ${pascal}Status { OPEN DONE CANCELLED }
input ${pascal}ChangeInput { id: ID! amountMinor: MinorUnits status: ${pascal}Status remark: String }`;
}

function projectOf(name: string, pascal: string, entities: readonly string[]): string {
  const counts = entities.map((entity) => `${entity[0]?.toLowerCase()}${entity.slice(1)}Count: Int!`).join(' ');
  return `type Project @key(fields: "id") { id: ID! ${name}: ${pascal}Project }
type ${pascal}Project { projectId: ID! title: String! totalMinor: MinorUnits! ${counts} }`;
}

function entityOf(pascal: string, entity: string): string {
  return `type ${pascal}${entity} @key(fields: "projectId id") {
  projectId: ID!
  id: ID!
  title: String!
  status: ${pascal}Status!
  amountMinor: MinorUnits!
  beneficiaryId: ID!
  vendorId: ID
  createdAt: DateTime!
  changedAt: DateTime
  remark: String
}
type ${pascal}${entity}Edge { cursor: String! node: ${pascal}${entity}! }
type ${pascal}${entity}Connection { edges: [${pascal}${entity}Edge!]! pageInfo: PageInfo! }`;
}
