import { Kind, type ArgumentNode, type FieldNode, type ObjectFieldNode, type ValueNode } from 'graphql';
import { kindOfLink, type EntityRoot, type Link } from '#kernel/graph-node';
import type { PlacedRepresentation } from './entity-parts';
import { field } from './document';
import { responseKey } from './fetch-text';
import { readByIds } from './ids-read';
import type { BoundVariable, Part } from './part';
import type { PartMaking } from './root-part';
import { renameTypes } from './type-names';

/** One field that a link adds, asked for many entities of another subgraph at once. */
export interface Join {
  link: Link;
  node: FieldNode;
  placed: readonly PlacedRepresentation[];
  /** Answers of the representations, by their place. */
  results: readonly (Record<string, unknown> | null)[];
  /** Key of `_entities` in the answer. */
  key: string;
}

/** Finds values in an answer, by the id that the hosts hold. */
interface JoinRead extends Pick<Part, 'fields' | 'variables'> {
  find(data: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown>;
}

/**
 * Null when no host holds an id: then there is nothing to ask. A host without an id, and one whose id the chain has never seen,
 * gets null or the empty list.
 * @throws BadInputError when the endpoint would refuse the arguments.
 */
export function joinPart(join: Join, making: PartMaking): Part | null {
  const { link, node, placed, results } = join;
  const out = responseKey(node);
  const missing = kindOfLink(link) === 'one' ? () => null : () => [];
  const ids = placed.map(({ representation }) => idIn(representation[link.requires]));
  const put = (place: number, value: unknown): void => void Object.assign(results[placed[place]?.index ?? -1] ?? {}, { [out]: value });
  ids.forEach((id, place) => put(place, id === null ? missing() : null));
  const known = ids.filter((id) => id !== null);
  const root = making.graph.entities.get(link.entity);
  if (!root || known.length === 0) return null;
  const read = readFor(join, root, known, making);
  return {
    fields: read.fields,
    variables: read.variables,
    settle: (data) => {
      const values = read.find(data);
      for (const value of values.values()) renameTypes(value, node.selectionSet, making.graph);
      ids.forEach((id, place) => put(place, (id === null ? undefined : values.get(id)) ?? missing()));
    },
    // Once, at the first place that it concerns: the same sentence two thousand times helps nobody.
    fail: (trouble) => making.answer.fail([join.key, placed[ids.findIndex((id) => id !== null)]?.index ?? 0, out], trouble),
  };
}

// Endpoints write addresses in lower case, people often with the capital letters of a checksum.
function idIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return /^0x[0-9a-f]*$/i.test(value) ? value.toLowerCase() : value;
}

function readFor(join: Join, root: EntityRoot, ids: readonly string[], { binder, nextAlias }: PartMaking): JoinRead {
  const { link } = join;
  const used = new Map<string, BoundVariable>();
  const node = binder.bind(join.node, used);
  if (link.by !== undefined) return readByField(root, link.by, node, ids, used, nextAlias);
  const selections = node.selectionSet?.selections ?? [];
  const derived = link.via;
  const asked = derived === undefined ? selections : [field(derived, { alias: 'derived', arguments: node.arguments, selections })];
  const read = readByIds(root, ids, asked, nextAlias);
  return {
    fields: read.fields,
    variables: [...used.values(), ...read.variables],
    find: (data) => {
      const rows = read.rows(data);
      return derived === undefined ? rows : new Map([...rows].map(([id, row]) => [id, row.derived]));
    },
  };
}

// A limit must hold for each host, so each has a root field of its own.
function readByField(root: EntityRoot, by: string, node: FieldNode, ids: readonly string[], used: Map<string, BoundVariable>, nextAlias: () => string): JoinRead {
  const aliases = new Map([...new Set(ids)].map((id) => [id, nextAlias()]));
  const given = node.arguments ?? [];
  const others = given.filter(({ name }) => name.value !== 'where');
  const where = given.find(({ name }) => name.value === 'where')?.value;
  return {
    fields: [...aliases].map(([id, alias]) => field(root.list, { alias, arguments: [...others, whereBoth(by, id, where)], selections: node.selectionSet?.selections ?? [] })),
    variables: [...used.values()],
    find: (data) => new Map([...aliases].map(([id, alias]) => [id, data[alias]])),
  };
}

function whereBoth(by: string, id: string, also: ValueNode | undefined): ArgumentNode {
  const own: ValueNode = object(by, { kind: Kind.STRING, value: id });
  const value = also && also.kind !== Kind.NULL ? object('and', { kind: Kind.LIST, values: [own, also] }) : own;
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'where' }, value };
}

function object(key: string, value: ValueNode): ValueNode {
  const entry: ObjectFieldNode = { kind: Kind.OBJECT_FIELD, name: { kind: Kind.NAME, value: key }, value };
  return { kind: Kind.OBJECT, fields: [entry] };
}
