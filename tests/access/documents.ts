import { getNamedType, isLeafType, isObjectType, isRequiredArgument, isUnionType, type GraphQLField, type GraphQLNamedType, type GraphQLSchema } from 'graphql';

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** A root field of a schema. */
export interface RootField {
  kind: OperationKind;
  field: GraphQLField<unknown, unknown>;
}

/** Every root field that clients know; those of federation are between us and the gateway. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) => Object.values(type?.getFields() ?? {}).filter(({ name }) => !name.startsWith('_')).map((field) => ({ kind, field })));
}

/** An operation that asks for one root field with all of its arguments as variables, and for what is below it to a depth. */
export function documentOf({ kind, field }: RootField, depth?: number): string {
  const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  return `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`} ${selectionOf(type, depth ?? (type.name.endsWith('Connection') ? 2 : 1))} }`;
}

/** Everything below a type that needs no argument, to a depth. */
export function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (isUnionType(type)) return `{ ${type.getTypes().map((member) => `... on ${member.name} ${selectionOf(member, depth)}`).join(' ')} }`;
  if (!isObjectType(type)) return '';
  const chosen = Object.values(type.getFields())
    .filter(({ name, args }) => !name.startsWith('_') && !args.some((argument) => isRequiredArgument(argument)))
    .flatMap((field) => {
      const inner = getNamedType(field.type);
      if (isLeafType(inner)) return [field.name];
      return depth > 0 ? [`${field.name} ${selectionOf(inner, depth - 1)}`] : [];
    });
  return `{ __typename ${chosen.join(' ')} }`;
}
