import { isObjectType, type GraphQLSchema } from 'graphql';

const OF_FEDERATION = new Set(['_Service', '_Entity']);

/**
 * The fields of a schema, as `Type.field`, that no rule of a graphql-shield tree names, neither by themselves nor through `*` or a rule for
 * their type. They are closed to everybody. An entity is reached by reference as well as through root fields: its fields are among these too.
 */
export function fieldsWithoutRule(schema: GraphQLSchema, rules: unknown): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__') || OF_FEDERATION.has(type.name)) return [];
    return Object.keys(type.getFields()).filter((field) => ruleOf(rules, type.name, field) === undefined).map((field) => `${type.name}.${field}`);
  });
}

/** The rule of a field in a graphql-shield tree: its own, that of `*`, or the one for its type; undefined when nothing names it. */
export function ruleOf(rules: unknown, type: string, field: string): unknown {
  const ofType = ownOf(rules, type);
  return isRule(ofType) ? ofType : (ownOf(ofType, field) ?? ownOf(ofType, '*'));
}

function ownOf(tree: unknown, name: string): unknown {
  return typeof tree === 'object' && tree !== null && Object.hasOwn(tree, name) ? (tree as Readonly<Record<string, unknown>>)[name] : undefined;
}

// A tree of fields holds rules; a rule resolves.
function isRule(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'resolve' in value;
}
