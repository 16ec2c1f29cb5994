import { Kind, executeSync, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { fieldsIn, fragmentsOf, keyOf, variablesIn } from './documents';

const FIELDS = new Set(['__schema', '__type']);

/** Whether an operation asks for the schema. */
export function introspects(document: DocumentNode, { selectionSet }: OperationDefinitionNode): boolean {
  return fieldsIn(selectionSet, fragmentsOf(document)).some(({ name }) => FIELDS.has(name.value));
}

/** Answers of the fields `__schema` and `__type`, by key, as JSON text; null where the answer depends on variables that are not given. */
export function introspect(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>> | null): Record<string, string | null> {
  const fragments = fragmentsOf(document);
  const fields = fieldsIn(operation.selectionSet, fragments).filter(({ name }) => FIELDS.has(name.value));
  if (fields.length === 0) return {};
  const open = new Set(variables ? [] : fields.filter((node) => variablesIn(node, fragments).size > 0).map(keyOf));
  const selections = fields.filter((node) => !open.has(keyOf(node)));
  const used = variablesIn({ kind: Kind.SELECTION_SET, selections }, fragments);
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const alone: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions, selectionSet: { kind: Kind.SELECTION_SET, selections } }, ...fragments.values()],
  };
  const { data, errors } = selections.length > 0 ? executeSync({ schema, document: alone, variableValues: variables ?? {} }) : { data: {}, errors: [] };
  if (errors?.[0]) throw errors[0];
  return Object.fromEntries(fields.map((node) => [keyOf(node), open.has(keyOf(node)) ? null : JSON.stringify(data?.[keyOf(node)] ?? null)]));
}
