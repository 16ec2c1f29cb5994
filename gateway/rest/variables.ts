import type { FastifyRequest } from 'fastify';
import { BadInputError } from '#kernel/errors';
import type { RestDocument, RestVariable } from './document';

const IDEMPOTENCY_HEADER = 'idempotency-key';

/**
 * The variables of a document from a request: the JSON body is `$input`, the header `Idempotency-Key` is `$idempotencyKey`, and
 * the others come from the path or the query string. A document about session cookies takes them from the members of the JSON body, because
 * passwords have no place in an address, and `$refreshToken` from its cookie.
 * @throws BadInputError naming what is missing or of the wrong shape.
 */
export function variablesOf(document: RestDocument, request: FastifyRequest, refreshToken?: string): Record<string, unknown> {
  const variables = Object.create(null) as Record<string, unknown>;
  for (const [name, variable] of document.variables) {
    const value = document.cookies === null ? sourceOf(name, variable, request) : secretSourceOf(name, request, refreshToken);
    if (value === undefined && variable.required) throw new BadInputError(publicName(name), 'is required');
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function sourceOf(name: string, variable: RestVariable, request: FastifyRequest): unknown {
  if (name === 'input') return inputOf(request);
  if (name === 'idempotencyKey') return request.headers[IDEMPOTENCY_HEADER];
  const given = textIn(request.params, name) ?? textIn(request.query, name);
  return given === undefined ? undefined : coerce(name, given, variable.type);
}

function secretSourceOf(name: string, request: FastifyRequest, refreshToken: string | undefined): unknown {
  if (name === 'refreshToken') return refreshToken;
  const body = inputOf(request) ?? {};
  return Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
}

function inputOf({ body }: FastifyRequest): object | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'object' || Array.isArray(body)) throw new BadInputError('body', 'must be a JSON object');
  return body;
}

function textIn(source: unknown, name: string): string | undefined {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return undefined;
  const value = (source as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

// Paths and query strings hold text only; GraphQL wants the scalar.
function coerce(name: string, text: string, type: string): unknown {
  if (type === 'Int' || type === 'Float') return numberOf(name, text);
  if (type !== 'Boolean') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new BadInputError(name, 'must be true or false');
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new BadInputError(name, 'must be a number');
  return value;
}

function publicName(variable: string): string {
  if (variable === 'input') return 'body';
  return variable === 'idempotencyKey' ? 'Idempotency-Key' : variable;
}
