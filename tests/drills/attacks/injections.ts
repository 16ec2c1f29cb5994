import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isObjectType, isRequiredArgument, isRequiredInputField, isScalarType, parse, type GraphQLArgument, type GraphQLField, type GraphQLInputField, type GraphQLInputType } from 'graphql';
import type { ErrorCode } from '#kernel/errors';
import type { TestSystem } from '../../kit/system';
import { operation, type Assault } from './assault';

const HOSTILE = ["' OR 1=1 --", "'; DROP TABLE app_user; --", "x' UNION SELECT password_hash FROM app_user --", '%', '\\', '$1', '\u0000', 'a\u0000b', '\ud800', 'x\r\nSet-Cookie: stolen=1\r\n\r\n<script>', '../../etc/passwd', '${7*7}', '{"$gt":""}', '\u202e', '__proto__'];
const REFUSALS: ErrorCode[] = ['BAD_USER_INPUT', 'NOT_FOUND', 'FORBIDDEN', 'UNAUTHENTICATED', 'CONFLICT', 'TOO_MANY_ATTEMPTS', 'STEP_UP_REQUIRED', 'IDEMPOTENCY_CONFLICT', 'INVALID_TRANSITION', 'UNKNOWN_PROJECT_TYPE', 'SETTINGS_INVALID', 'SCHEMA_REJECTED', 'NOT_READY'];
/** They end the session with which the others are tried, or rightly keep the text as a name, by which it would be found. */
const LEFT_OUT = /^(signOut|updateProfile)/;
/** They answer whatever they are asked, so that they tell nobody who has an account. */
const ANSWERS_ALIKE = /^request(SignInCode|PasswordReset)$/;
const ID = '00000000-0000-4000-8000-000000000000';

type Field = GraphQLField<unknown, unknown>;
/** Where the hostile text goes: an argument, or a field of one. */
type Place = readonly [argument: string, field?: string];

/** Hostile text in the place of every text that core's schema takes: of queries as somebody who may read all, so that no rule hides what it does. */
export async function injectionAssaults(system: TestSystem): Promise<Assault[]> {
  const schema = buildASTSchema(parse(readFileSync(join(__dirname, '../../../subgraphs/core/schema.graphql'), 'utf8')), { assumeValid: true, assumeValidSDL: true });
  const [admin, viewer] = await Promise.all([system.token('admin'), system.token('viewer')]);
  const assaultsOn = (kind: 'query' | 'mutation', token: string): Assault[] => {
    const fields = Object.values((kind === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {});
    return fields.filter(({ name }) => !name.startsWith('_') && !LEFT_OUT.test(name)).flatMap((field) => placesOf(field).map((place) => assaultOn(kind, field, place, token)));
  };
  return [...assaultsOn('query', admin), ...assaultsOn('mutation', viewer)];
}

function assaultOn(kind: 'query' | 'mutation', field: Field, place: Place, token: string): Assault {
  const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const query = `${kind} (${declared}) { ${field.name}(${given}) ${selectionOf(field)} }`;
  return {
    name: `hostile text in a ${kind}`,
    refusals: REFUSALS,
    isHarmless: (data) => ANSWERS_ALIKE.test(field.name) || isNothing(data[field.name]),
    write: ({ pick }) => ({ body: operation(query, variablesOf(field.args, place, pick(HOSTILE))), headers: { authorization: `Bearer ${token}` } }),
  };
}

function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0) || (Array.isArray((value as { edges?: unknown }).edges) && (value as { edges: unknown[] }).edges.length === 0);
}

function selectionOf({ type }: Field): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return 'edges' in named.getFields() ? '{ edges { cursor } }' : '{ __typename }';
}

function placesOf({ args }: Field): Place[] {
  return args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    if (isInputObjectType(named)) return Object.values(named.getFields()).flatMap((field): Place[] => (takesText(field.type) ? [[name, field.name]] : []));
    return takesText(type) ? [[name]] : [];
  });
}

function takesText(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isScalarType(named) && (named.name === 'String' || named.name === 'ID');
}

/** The least that the field asks for, with the text in its place. */
function variablesOf(args: readonly GraphQLArgument[], [argument, field]: Place, text: string): Record<string, unknown> {
  const given = args.filter((one) => isRequiredArgument(one) || one.name === argument);
  return Object.fromEntries(given.map((one) => [one.name, one.name === argument ? hostileValue(one.type, field, text) : leastOf(one.type)]));
}

function hostileValue(type: GraphQLInputType, field: string | undefined, text: string): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [hostileValue(inner.ofType, field, text)];
  if (!isInputObjectType(inner)) return text;
  return leastInput(Object.values(inner.getFields()), (one) => (one.name === field ? hostileValue(one.type, undefined, text) : leastOf(one.type)), field);
}

function leastInput(fields: readonly GraphQLInputField[], valueOf: (field: GraphQLInputField) => unknown, also?: string): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => isRequiredInputField(field) || field.name === also).map((field) => [field.name, valueOf(field)]));
}

function leastOf(type: GraphQLInputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [leastOf(inner.ofType)];
  if (isInputObjectType(inner)) return leastInput(Object.values(inner.getFields()), (field) => leastOf(field.type));
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  return { Int: 1, Float: 1, Boolean: true, ID, Date: '2026-01-01', DateTime: '2026-01-01T00:00:00Z', MinorUnits: '1', JSON: {} }[String(inner)] ?? 'x';
}
