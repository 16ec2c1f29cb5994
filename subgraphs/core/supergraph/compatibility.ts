import {
  Kind,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  buildASTSchema,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { compositeTypes, fieldSets } from './sdl';
import type { Violation } from './house-rules';

/** Checks rule 6: `newer` must serve every operation that `older` serves. An empty list means that it does. */
export function checkCompatible(older: string, newer: string): Violation[] {
  const before = schemaOf(older);
  const after = schemaOf(newer);
  const found: Violation[] = keyViolations(older, newer);
  for (const [name, type] of Object.entries(before.getTypeMap())) {
    if (name.startsWith('__')) continue;
    const now = after.getType(name);
    if (!now) found.push(broken(name, 'the type was removed'));
    else found.push(...typeViolations(type, now));
  }
  return found;
}

function schemaOf(sdl: string): GraphQLSchema {
  const document = parse(sdl);
  // In a subgraph `extend type Project` and `type Project` mean the same; buildASTSchema sees only the latter.
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.OBJECT_TYPE_EXTENSION ? { ...node, kind: Kind.OBJECT_TYPE_DEFINITION as const } : node,
  );
  return buildASTSchema({ ...document, definitions }, { assumeValidSDL: true });
}

function broken(where: string, what: string): Violation {
  return { where, rule: 6, message: `${what}; a version may only add, because older instances of the type go on serving.` };
}

function typeViolations(before: GraphQLNamedType, after: GraphQLNamedType): Violation[] {
  const name = before.name;
  if (before.constructor !== after.constructor) return [broken(name, 'the kind of the type changed')];
  if ((isObjectType(before) || isInterfaceType(before)) && (isObjectType(after) || isInterfaceType(after))) {
    const lost = before.getInterfaces().filter((known) => !after.getInterfaces().some((now) => now.name === known.name));
    return [...lost.map((known) => broken(name, `it no longer implements ${known.name}`)), ...fieldsViolations(name, before.getFields(), after.getFields())];
  }
  if (isInputObjectType(before) && isInputObjectType(after)) {
    const now = after.getFields();
    const lost = Object.values(before.getFields()).flatMap((field) => sameType(`${name}.${field.name}`, field, now[field.name]));
    const demanded = Object.values(now).filter((field) => !before.getFields()[field.name] && isRequiredInputField(field));
    return [...lost, ...demanded.map((field) => broken(`${name}.${field.name}`, 'a new input field must be optional'))];
  }
  if (isEnumType(before) && isEnumType(after)) {
    return before.getValues().filter((value) => !after.getValue(value.name)).map((value) => broken(`${name}.${value.name}`, 'the enum value was removed'));
  }
  if (isUnionType(before) && isUnionType(after)) {
    const now = new Set(after.getTypes().map((type) => type.name));
    return before.getTypes().filter((type) => !now.has(type.name)).map((type) => broken(name, `the member ${type.name} was removed`));
  }
  return [];
}

type Fields = Record<string, GraphQLField<unknown, unknown>>;

function fieldsViolations(type: string, before: Fields, after: Fields): Violation[] {
  const found = Object.values(before).flatMap((field) => fieldViolations(`${type}.${field.name}`, field, after[field.name]));
  const added = Object.values(after).filter((field) => !before[field.name] && isNonNullType(field.type));
  return [...found, ...added.map((field) => broken(`${type}.${field.name}`, 'a new field must be nullable'))];
}

function fieldViolations(where: string, before: GraphQLField<unknown, unknown>, after: GraphQLField<unknown, unknown> | undefined): Violation[] {
  const changed = sameType(where, before, after);
  if (!after) return changed;
  const args = new Map(after.args.map((argument) => [argument.name, argument]));
  const lost = before.args.flatMap((argument) => sameType(`${where}(${argument.name}:)`, argument, args.get(argument.name)));
  const known = new Set(before.args.map((argument) => argument.name));
  const demanded = after.args.filter((argument) => !known.has(argument.name) && isRequiredArgument(argument));
  return [...changed, ...lost, ...demanded.map((argument) => broken(`${where}(${argument.name}:)`, 'a new argument must be optional'))];
}

function sameType(where: string, before: { type: unknown }, after: { type: unknown } | undefined): Violation[] {
  if (!after) return [broken(where, 'it was removed')];
  return String(before.type) === String(after.type) ? [] : [broken(where, `its type changed from ${String(before.type)} to ${String(after.type)}`)];
}

function keyViolations(older: string, newer: string): Violation[] {
  const before = joins(older);
  const after = joins(newer);
  return [...before]
    .filter(([where, joined]) => after.has(where) && after.get(where) !== joined)
    .map(([where, joined]) => ({ where, rule: 5, message: `@key and @requires must be identical between live versions (was ${joined}, is ${after.get(where)}).` }));
}

/** Keys of each type and requirements of each field, as text. */
function joins(sdl: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const type of compositeTypes(parse(sdl))) {
    const name = type.name.value;
    found.set(name, `${found.get(name) ?? ''}${fieldSets(type, 'key').sort().join(' | ')}`);
    for (const field of type.fields ?? []) found.set(`${name}.${field.name.value}`, fieldSets(field, 'requires').join(' | '));
  }
  return found;
}
