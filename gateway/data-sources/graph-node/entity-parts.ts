import { valueFromASTUntyped, type FieldNode, type SelectionSetNode } from 'graphql';
import type { ChainTrouble } from './chain-trouble';
import { collectFields, responseKey } from './fetch-text';
import { readByIds } from './ids-read';
import { joinPart } from './join-part';
import type { BoundVariable, Part } from './part';
import type { PartMaking } from './root-part';
import { renameTypes } from './type-names';

/** What a gateway knows of an entity: its type, its key, and what a join requires. */
export interface Representation {
  __typename: string;
  [field: string]: unknown;
}

/** A representation, with its place in the fetch. */
export interface PlacedRepresentation {
  index: number;
  representation: Representation;
}

/** Makes a part, or fails the place at once when the client asked for what the endpoint would refuse. */
export type Attempt = (make: () => Part | null, fail: (trouble: ChainTrouble) => void) => Part[];

/** The parts of `_entities`: one for each type of the graph, and one for each join of a type of another subgraph. */
export function entityParts(node: FieldNode, making: PartMaking, attempt: Attempt): Part[] {
  const { graph, binder, answer } = making;
  const key = responseKey(node);
  const representations = representationsOf(node, binder.readVariable);
  const results: (Record<string, unknown> | null)[] = representations.map(() => null);
  answer.data[key] = results;
  const set = node.selectionSet;
  if (!set) return [];
  return [...byType(representations)].flatMap(([typeName, placed]) => {
    const joins = graph.links.get(typeName);
    if (!joins) return attempt(() => ownEntityPart(typeName, set, placed, results, key, making), (trouble) => answer.fail([key, placed[0]?.index ?? 0], trouble));
    for (const { index } of placed) results[index] = { __typename: typeName };
    return [...collectFields(set, typeName, binder.readVariable).values()].flatMap((joined) => {
      const link = joins.get(joined.name.value);
      const out = responseKey(joined);
      if (link) return attempt(() => joinPart({ link, node: joined, placed, results, key }, making), (trouble) => answer.fail([key, placed[0]?.index ?? 0, out], trouble));
      for (const { index } of placed) Object.assign(results[index] ?? {}, { [out]: joined.name.value === '__typename' ? typeName : representations[index]?.[joined.name.value] });
      return [];
    });
  });
}

function representationsOf(node: FieldNode, readVariable: (name: string) => unknown): Representation[] {
  const value = node.arguments?.find(({ name }) => name.value === 'representations')?.value;
  const given: unknown = value?.kind === 'Variable' ? readVariable(value.name.value) : value && valueFromASTUntyped(value);
  return Array.isArray(given) ? (given as Representation[]) : [];
}

function byType(representations: readonly Representation[]): Map<string, PlacedRepresentation[]> {
  const groups = new Map<string, PlacedRepresentation[]>();
  for (const [index, representation] of representations.entries()) {
    const group = groups.get(representation.__typename) ?? [];
    group.push({ index, representation });
    groups.set(representation.__typename, group);
  }
  return groups;
}

/** An entity of the graph itself, which another subgraph refers to by its id. Null for a type that is not of the graph. */
function ownEntityPart(typeName: string, set: SelectionSetNode, placed: readonly PlacedRepresentation[], results: (Record<string, unknown> | null)[], key: string, making: PartMaking): Part | null {
  const { graph, binder, answer, nextAlias } = making;
  const root = graph.entities.get(graph.endpointType(typeName) ?? '');
  if (!root) return null;
  const fields = [...collectFields(set, typeName, binder.readVariable).values()];
  const used = new Map<string, BoundVariable>();
  const ids = placed.map(({ representation }) => String(representation.id));
  const read = readByIds(root, ids, fields.map((node) => binder.bind(node, used)), nextAlias);
  return {
    fields: read.fields,
    variables: [...used.values(), ...read.variables],
    settle: (data) => {
      const rows = read.rows(data);
      for (const row of rows.values()) renameTypes(row, { ...set, selections: fields }, graph);
      placed.forEach(({ index }, place) => {
        const row = rows.get(ids[place] ?? '');
        results[index] = row ? { __typename: typeName, ...row } : null;
      });
    },
    fail: (trouble) => answer.fail([key, placed[0]?.index ?? 0], trouble),
  };
}
