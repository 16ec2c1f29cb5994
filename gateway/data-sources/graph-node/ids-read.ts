import { Kind, parseType, type ArgumentNode, type FieldNode, type SelectionNode, type VariableDefinitionNode } from 'graphql';
import type { EntityRoot } from '#kernel/graph-node';
import { field } from './document';
import type { BoundVariable } from './part';

/** Reads of entities by their ids: as few root fields as the endpoint's page size allows, all for the same request. */
export interface IdsRead {
  fields: FieldNode[];
  variables: BoundVariable[];
  /** Finds the entities in an answer, by id. Ids that the chain has never seen are missing. */
  rows(data: Readonly<Record<string, unknown>>): Map<string, Record<string, unknown>>;
}

const PAGE = 1000;
const ID_ALIAS = 'joinedBy';

export function readByIds(root: EntityRoot, ids: readonly string[], selections: readonly SelectionNode[], nextAlias: () => string): IdsRead {
  const pages = pagesOf(ids).map((page) => ({ page, alias: nextAlias() }));
  return {
    fields: pages.map(({ page, alias }) =>
      field(root.list, { alias, arguments: [whereIdIn(`${alias}_ids`), firstOf(page.length)], selections: [field('id', { alias: ID_ALIAS }), ...selections] }),
    ),
    variables: pages.map(({ page, alias }) => ({ definition: idsVariable(`${alias}_ids`, root.idsType), value: page })),
    rows: (data) => new Map(pages.flatMap(({ alias }) => rowsOf(data[alias]).map(({ [ID_ALIAS]: id, ...row }) => [String(id), row] as const))),
  };
}

function pagesOf(ids: readonly string[]): string[][] {
  const distinct = [...new Set(ids)];
  return Array.from({ length: Math.ceil(distinct.length / PAGE) }, (_, page) => distinct.slice(page * PAGE, (page + 1) * PAGE));
}

function rowsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
}

function whereIdIn(variable: string): ArgumentNode {
  const value = { kind: Kind.OBJECT as const, fields: [{ kind: Kind.OBJECT_FIELD as const, name: nameNode('id_in'), value: variableNode(variable) }] };
  return { kind: Kind.ARGUMENT, name: nameNode('where'), value };
}

// The default is 100, so that the rest would be missing without a word.
function firstOf(count: number): ArgumentNode {
  return { kind: Kind.ARGUMENT, name: nameNode('first'), value: { kind: Kind.INT, value: String(count) } };
}

function idsVariable(name: string, type: string): VariableDefinitionNode {
  return { kind: Kind.VARIABLE_DEFINITION, variable: variableNode(name), type: parseType(type, { noLocation: true }) };
}

function variableNode(value: string) {
  return { kind: Kind.VARIABLE as const, name: nameNode(value) };
}

function nameNode(value: string): { kind: Kind.NAME; value: string } {
  return { kind: Kind.NAME, value };
}
