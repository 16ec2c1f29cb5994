import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode } from 'graphql';

/** `@listSize` of a field (https://ibm.github.io/graphql-specs/cost-spec.html). */
export interface ListSizeRule {
  assumedSize: number | null;
  /** Names of arguments that say how many; `input.first` for a field of an input object. */
  slicingArguments: readonly string[];
  /** Fields of the answer's type that the size is about; empty: the field itself. */
  sizedFields: readonly string[];
}

/** What a supergraph says about costs, in `@cost` and `@listSize`. */
export interface CostRules {
  /** Of an object, an enum or a scalar. */
  ofType(type: string): number | null;
  ofField(type: string, field: string): number | null;
  ofArgument(type: string, field: string, argument: string): number | null;
  listSize(type: string, field: string): ListSizeRule | null;
}

const FEATURE = 'https://specs.apollo.dev/cost/';

/** Composition keeps the directives of subgraphs, with the greatest weight and size where they differ, under the names that `@link` tells. */
export function costRules(supergraph: DocumentNode): CostRules {
  const names = namesIn(supergraph);
  const weights = new Map<string, number>();
  const sizes = new Map<string, ListSizeRule>();
  const weigh = (place: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const weight = argumentsOf(directives, names.cost)?.weight;
    if (typeof weight === 'number') weights.set(place, weight);
  };
  const readField = (type: string, field: FieldDefinitionNode): void => {
    const place = `${type}.${field.name.value}`;
    weigh(place, field.directives);
    for (const argument of field.arguments ?? []) weigh(`${place}(${argument.name.value})`, argument.directives);
    const size = argumentsOf(field.directives, names.listSize);
    if (size) sizes.set(place, { assumedSize: typeof size.assumedSize === 'number' ? size.assumedSize : null, slicingArguments: texts(size.slicingArguments), sizedFields: texts(size.sizedFields) });
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || !definition.name || definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    weigh(definition.name.value, definition.directives as readonly ConstDirectiveNode[] | undefined);
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) readField(definition.name.value, field);
  }
  const weightAt = (place: string): number | null => weights.get(place) ?? null;
  return {
    ofType: weightAt,
    ofField: (type, field) => weightAt(`${type}.${field}`),
    ofArgument: (type, field, argument) => weightAt(`${type}.${field}(${argument})`),
    listSize: (type, field) => sizes.get(`${type}.${field}`) ?? null,
  };
}

/** A subgraph may import a directive under a name of its own (https://specs.apollo.dev/link/v1.0/#@link.import). */
function namesIn(supergraph: DocumentNode): { cost: string; listSize: string } {
  const schema = supergraph.definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  const links = (schema?.directives ?? []).filter(({ name }) => name.value === 'link').map((link) => argumentsOf([link], 'link'));
  const feature = links.find((link) => typeof link?.url === 'string' && link.url.startsWith(FEATURE));
  const imports = Array.isArray(feature?.import) ? feature.import : [];
  const named = (name: string): string => {
    const renamed = imports.find((one: unknown): one is { as: string } => typeof one === 'object' && one !== null && 'name' in one && one.name === `@${name}` && 'as' in one);
    return renamed ? String(renamed.as).slice(1) : name;
  };
  return { cost: named('cost'), listSize: named('listSize') };
}

function argumentsOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): Record<string, unknown> | null {
  const directive = directives?.find((one) => one.name.value === name);
  return directive ? Object.fromEntries((directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)])) : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
