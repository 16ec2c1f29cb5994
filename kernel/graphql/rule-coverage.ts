import { isObjectType, type GraphQLSchema } from 'graphql';

const OF_FEDERATION = new Set(['_Service', '_Entity']);

/**
 * The fields of a schema, as `Type.field`, that no rule of a graphql-shield tree names, neither by themselves nor through `*` or a rule for
 * their type. They are closed to everybody. An entity is reached by reference as well as through root fields: its fields are among these too.
 */
export function fieldsWithoutRule(schema: GraphQLSchema, rules: unknown): string[] {
  const tree = rules as Readonly<Record<string, unknown>>;
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__') || OF_FEDERATION.has(type.name)) return [];
    const ofType = Object.hasOwn(tree, type.name) ? tree[type.name] : undefined;
    if (isRule(ofType)) return [];
    const named = new Set(Object.keys(ofType ?? {}));
    return Object.keys(type.getFields()).filter((field) => !named.has('*') && !named.has(field)).map((field) => `${type.name}.${field}`);
  });
}

// A tree of fields holds rules; a rule resolves.
function isRule(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'resolve' in value;
}
