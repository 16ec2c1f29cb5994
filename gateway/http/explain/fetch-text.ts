import { Kind, parse, print, visit, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import type { FetchNode } from '../../engine';

type Required = NonNullable<FetchNode['requires']>;

/**
 * What a fetch asks, as a reader wants it: of entities, their selection; of root fields, all of it. Fragments follow.
 * Texts that the client wrote into the operation are left out: plans are passed around, and such a text may be somebody's name.
 */
export function selectionOf({ operation, requires }: FetchNode): { requires: string | null; selection: string } {
  const { definitions } = visit(parse(operation, { noLocation: true }), { StringValue: (node) => ({ ...node, value: '…', block: false }) });
  const asked = definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION);
  const [first] = asked?.selectionSet.selections ?? [];
  const shown = requires && isEntities(first) ? first.selectionSet : asked?.selectionSet;
  return { requires: requires?.length ? block(requires) : null, selection: [...(shown ? [shown] : []), ...fragments].map(print).join('\n') };
}

function isEntities(node: SelectionNode | undefined): node is FieldNode {
  return node?.kind === Kind.FIELD && node.name.value === '_entities';
}

function block(selections: Required, indent = ''): string {
  const inner = `${indent}  `;
  const lines = selections.map((one) => {
    const head = one.kind === 'InlineFragment' ? `...${one.typeCondition ? ` on ${one.typeCondition}` : ''}` : one.name;
    return `${inner}${head}${one.selections?.length ? ` ${block(one.selections, inner)}` : ''}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}
