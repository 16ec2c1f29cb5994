import { Kind, visit, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import { FILLER_KEY } from './internal-keys';

const FILLER: FieldNode = { kind: Kind.FIELD, alias: { kind: Kind.NAME, value: FILLER_KEY }, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Asks for the type of every object of which perhaps nothing else is asked: everything was left out, or is only asked of other types. The planner
 * leaves out a field without selections, and it would be null where an empty object should be (https://spec.graphql.org/October2021/#sec-Executing-Selection-Sets).
 */
export function withFilledSelections(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: {
      leave: (node) => {
        const { selectionSet } = node;
        if (!selectionSet || selectionSet.selections.some(({ kind }) => kind === Kind.FIELD)) return undefined;
        return { ...node, selectionSet: { ...selectionSet, selections: [...selectionSet.selections, FILLER] } };
      },
    },
  });
}

/** A selection as the planner gives it back, without what was added. */
export function withoutFillers(set: SelectionSetNode): SelectionSetNode {
  return visit(set, { Field: ({ alias }) => (alias?.value === FILLER_KEY ? null : undefined) });
}
