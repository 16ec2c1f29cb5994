import { Kind, parse, print, type DefinitionNode, type FieldDefinitionNode } from 'graphql';
import { compositeTypes, fieldSets, hasDirective, namedTypeOf, type CompositeNode } from './sdl';

/** A broken rule, in words that say what to change. */
export interface Violation {
  /** `Type.field`, `Type` or `@directive`. */
  where: string;
  /** Number of the rule in docs/architecture.md. */
  rule: number;
  message: string;
}

const EXTENDED: Readonly<Record<string, string>> = {
  Project: 'id',
  Enrollment: 'projectId beneficiaryId',
  ProjectVendor: 'projectId vendorId',
};
const SHARED = new Set(['PageInfo', 'Money', 'DateTime', 'Date', 'MinorUnits', 'JSON']);
const BANNED = ['provides', 'override', 'interfaceObject', 'composeDirective'];

/** Checks the schema of a project type against rules 1 to 5 of docs/architecture.md. An empty list means that it keeps them all. */
export function checkHouseRules(typeCode: string, sdl: string): Violation[] {
  let document;
  try {
    document = parse(sdl);
  } catch (error) {
    return [{ where: typeCode, rule: 0, message: `The schema is not valid GraphQL: ${error instanceof Error ? error.message : String(error)}` }];
  }
  const pascal = typeCode.slice(0, 1).toUpperCase() + typeCode.slice(1);
  return [
    ...document.definitions.flatMap((node) => nameViolations(node, typeCode, pascal)),
    ...compositeTypes(document).flatMap((type) => typeViolations(type, typeCode)),
  ];
}

function nameViolations(node: DefinitionNode, typeCode: string, pascal: string): Violation[] {
  if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION || !('name' in node) || !node.name) return [];
  const name = node.name.value;
  if (node.kind === Kind.DIRECTIVE_DEFINITION) {
    return startsWith(name, typeCode) ? [] : [{ where: `@${name}`, rule: 2, message: `The directive must be named "${typeCode}…".` }];
  }
  if (name === 'Query' || name === 'Mutation' || name in EXTENDED) return [];
  if (name === 'Subscription') return [{ where: name, rule: 1, message: 'A project type has no subscriptions; publish events instead.' }];
  if (SHARED.has(name)) {
    return node.kind.endsWith('Extension') ? [{ where: name, rule: 2, message: 'A shared type may be used as it is, but not extended.' }] : [];
  }
  return startsWith(name, pascal) ? [] : [{ where: name, rule: 2, message: `The name must start with "${pascal}", for example "${pascal}${name}".` }];
}

function typeViolations(type: CompositeNode, typeCode: string): Violation[] {
  const name = type.name.value;
  const fields = type.fields ?? [];
  const found: Violation[] = bannedDirectives(name, type);
  for (const field of fields) found.push(...bannedDirectives(`${name}.${field.name.value}`, field));
  if (name === 'Query' || name === 'Mutation') return [...found, ...fields.flatMap((field) => rootViolations(name, field, typeCode))];
  if (name in EXTENDED) return [...found, ...extensionViolations(type, typeCode)];
  return [...found, ...ownTypeViolations(type)];
}

function bannedDirectives(where: string, node: CompositeNode | FieldDefinitionNode): Violation[] {
  return BANNED.filter((name) => hasDirective(node, name)).map((name) => ({ where, rule: 5, message: `@${name} may not be used in a project type.` }));
}

function rootViolations(root: string, field: FieldDefinitionNode, typeCode: string): Violation[] {
  const where = `${root}.${field.name.value}`;
  const found: Violation[] = [];
  if (field.name.value === '_service' || field.name.value === '_entities') return found;
  if (!startsWith(field.name.value, typeCode)) found.push({ where, rule: 1, message: `The field must be named "${typeCode}…".` });
  const argument = field.arguments?.find(({ name }) => name.value === 'projectId');
  if (!argument || print(argument.type) !== 'ID!') found.push({ where, rule: 1, message: 'The field must take the argument "projectId: ID!".' });
  if (field.type.kind === Kind.NON_NULL_TYPE) found.push({ where, rule: 1, message: 'The field must be nullable, so that one project that is down leaves the others answering.' });
  return found;
}

function extensionViolations(type: CompositeNode, typeCode: string): Violation[] {
  const name = type.name.value;
  const key = EXTENDED[name] ?? '';
  const found: Violation[] = [];
  const keys = fieldSets(type, 'key');
  if (keys.length !== 1 || keys[0] !== key) found.push({ where: name, rule: 3, message: `The type must have exactly @key(fields: "${key}").` });
  const given = new Set(key.split(' '));
  for (const field of type.fields ?? []) {
    const fieldName = field.name.value;
    const where = `${name}.${fieldName}`;
    if (given.has(fieldName) || hasDirective(field, 'external')) continue;
    if (!startsWith(fieldName, typeCode)) found.push({ where, rule: 3, message: `A field added to ${name} must be named "${typeCode}" or "${typeCode}…".` });
    if (field.type.kind === Kind.NON_NULL_TYPE) found.push({ where, rule: 3, message: `A field added to ${name} must be nullable.` });
  }
  return found;
}

function ownTypeViolations(type: CompositeNode): Violation[] {
  const name = type.name.value;
  const keys = fieldSets(type, 'key');
  const found: Violation[] = keys
    .filter((key) => !key.split(/[\s{}]+/).includes('projectId'))
    .map((key) => ({ where: name, rule: 4, message: `@key(fields: "${key}") must contain projectId, or the gateway cannot find the instance.` }));
  for (const field of type.fields ?? []) {
    if (namedTypeOf(field) === 'Project') {
      found.push({ where: `${name}.${field.name.value}`, rule: 4, message: 'No field may lead back to Project; give the project id instead.' });
    }
  }
  return found;
}

/** `rfvVouchers` starts with `rfv`, `rfvoucher` does not: the next letter opens a new word. */
function startsWith(name: string, prefix: string): boolean {
  return name === prefix || (name.startsWith(prefix) && /^[A-Z0-9_]/.test(name.slice(prefix.length)));
}
