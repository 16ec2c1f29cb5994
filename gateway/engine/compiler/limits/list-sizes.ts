import { Kind, getNamedType, getNullableType, isInterfaceType, isListType, isObjectType, valueFromASTUntyped, type FieldNode, type GraphQLField, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { asSize, type ListSize, type SizeVariable } from '../../cost';
import type { ListSizeRule } from './cost-rules';

/** How many items a field answers: itself, or fields of its answer by name. */
export interface FieldSizes {
  own: ListSize;
  below: ReadonlyMap<string, ListSize> | null;
}

/** Arguments and fields that mean pages where the schema does not say so (https://relay.dev/graphql/connections.htm). */
const SLICING_ARGUMENTS = ['first', 'last', 'limit'];
const PAGE_FIELDS = ['edges', 'nodes', 'items'];

/** Reads list sizes from `@listSize`, and without it from the names that everybody uses. */
export function sizesOf(node: FieldNode, field: GraphQLField<unknown, unknown>, rule: ListSizeRule | null, { operation, assumedListSize }: { operation: OperationDefinitionNode; assumedListSize: number }): FieldSizes {
  const isList = isListType(getNullableType(field.type));
  const sized = sizedFields(field, rule, isList);
  if (!isList && sized.length === 0) return { own: 1, below: null };
  const slicing = rule?.slicingArguments ?? SLICING_ARGUMENTS.filter((name) => field.args.some((argument) => argument.name === name));
  const size = combined(slicing.map((path) => sourceOf(path.split('.'), node, field, operation)), rule?.assumedSize ?? assumedListSize);
  if (sized.length > 0) return { own: isList ? assumedListSize : 1, below: new Map(sized.map((name) => [name, size])) };
  return { own: size, below: null };
}

function sizedFields(field: GraphQLField<unknown, unknown>, rule: ListSizeRule | null, isList: boolean): readonly string[] {
  if (rule && rule.sizedFields.length > 0) return rule.sizedFields;
  const type = getNamedType(field.type);
  if (isList || !(isObjectType(type) || isInterfaceType(type))) return [];
  if (!rule && !field.args.some(({ name }) => SLICING_ARGUMENTS.includes(name))) return [];
  return PAGE_FIELDS.filter((name) => isListType(getNullableType(type.getFields()[name]?.type)));
}

type Source = number | SizeVariable | null;

function combined(sources: readonly Source[], otherwise: number): ListSize {
  const variables = sources.filter((source): source is SizeVariable => typeof source === 'object' && source !== null);
  const numbers = sources.filter((source) => typeof source === 'number');
  const given = numbers.length > 0 ? Math.max(...numbers) : null;
  return variables.length > 0 ? { variables, given, otherwise } : (given ?? otherwise);
}

function sourceOf([name, ...path]: string[], node: FieldNode, field: GraphQLField<unknown, unknown>, operation: OperationDefinitionNode): Source {
  const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (!written) return sizeIn(field.args.find((argument) => argument.name === name)?.defaultValue, path);
  return sourceIn(written, path, operation);
}

function sourceIn(value: ValueNode, path: readonly string[], operation: OperationDefinitionNode): Source {
  if (value.kind === Kind.VARIABLE) {
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === value.name.value);
    return { name: value.name.value, path: [...path], fallback: definition?.defaultValue ? sizeIn(valueFromASTUntyped(definition.defaultValue), path) : null };
  }
  const [key, ...rest] = path;
  if (key === undefined) return asSize(valueFromASTUntyped(value));
  const inner = value.kind === Kind.OBJECT ? value.fields.find(({ name }) => name.value === key)?.value : undefined;
  return inner ? sourceIn(inner, rest, operation) : null;
}

function sizeIn(value: unknown, path: readonly string[]): number | null {
  const found = path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined), value);
  return asSize(found);
}
