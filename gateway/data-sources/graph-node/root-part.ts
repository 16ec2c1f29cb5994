import type { FieldNode } from 'graphql';
import type { FederatedGraph } from '#kernel/graph-node';
import type { FetchAnswer } from './answer';
import type { Binder } from './binder';
import { responseKey } from './fetch-text';
import type { BoundVariable, Part } from './part';
import { renameTypes } from './type-names';

/** What making parts of a fetch needs. */
export interface PartMaking {
  graph: FederatedGraph;
  binder: Binder;
  answer: FetchAnswer;
  /** A new alias, unique in the operation. */
  nextAlias(): string;
}

/** A root field: asked under the endpoint's name and an alias of ours. @throws BadInputError when the endpoint would refuse its arguments. */
export function rootPart(node: FieldNode, { graph, binder, answer, nextAlias }: PartMaking): Part {
  const key = responseKey(node);
  const alias = nextAlias();
  const used = new Map<string, BoundVariable>();
  const endpointName = graph.endpointRoot(node.name.value) ?? node.name.value;
  const asked: FieldNode = { ...binder.bind(node, used), name: { ...node.name, value: endpointName }, alias: { ...node.name, value: alias } };
  answer.data[key] = null;
  return {
    fields: [asked],
    variables: [...used.values()],
    settle: (data) => {
      const value = data[alias] ?? null;
      renameTypes(value, node.selectionSet, graph);
      answer.data[key] = value;
    },
    fail: (trouble) => answer.fail([key], trouble),
  };
}
