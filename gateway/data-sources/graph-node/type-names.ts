import { Kind, type SelectionSetNode } from 'graphql';
import type { FederatedGraph } from '#kernel/graph-node';
import { responseKey } from './fetch-text';

type TypeNames = Pick<FederatedGraph, 'federatedType' | 'endpointType'>;

/** Gives the types in an answer of the endpoint the names that they have in the supergraph, under whatever alias they were asked. Changes the answer. */
export function renameTypes(answer: unknown, set: SelectionSetNode | undefined, names: TypeNames): void {
  if (!set) return;
  if (Array.isArray(answer)) {
    for (const item of answer) renameTypes(item, set, names);
  } else if (isObject(answer)) {
    renameInObject(answer, set, names);
  }
}

function renameInObject(answer: Record<string, unknown>, set: SelectionSetNode, names: TypeNames): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) renameInObject(answer, selection.selectionSet, names);
    if (selection.kind !== Kind.FIELD) continue;
    const key = responseKey(selection);
    const value = answer[key];
    if (selection.selectionSet) renameTypes(value, selection.selectionSet, names);
    // Two fragments may ask for the same name; it is translated once.
    else if (selection.name.value === '__typename' && typeof value === 'string' && !names.endpointType(value)) answer[key] = names.federatedType(value);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
