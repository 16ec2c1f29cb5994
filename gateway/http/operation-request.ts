import type { FastifyRequest } from 'fastify';
import { AppError, BadInputError } from '#kernel/errors';
import type { AskedDocument } from '../documents';
import type { OperationRequest } from './front';

type Members = Readonly<Record<string, unknown>>;

/** An operation read from an HTTP request, with the `extensions` that the client sent along. */
export type HttpOperation = OperationRequest & { extensions: Members };
/** The same before its document is found. */
export type AskedOperation = Omit<HttpOperation, 'query'> & AskedDocument;

/**
 * Reads the parameters of a GraphQL request (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters).
 * By GET (and HEAD) only queries may be asked: links and images are fetched by GET, and must change nothing.
 * @throws BadInputError naming the parameter, AppError BATCH_REFUSED for a list of operations.
 */
export function readOperation({ method, body, query }: Pick<FastifyRequest, 'method' | 'body' | 'query'>): AskedOperation {
  const reads = method === 'GET' || method === 'HEAD';
  const members = reads ? fromSearch(query as Members) : fromBody(body);
  const { query: source, documentId, operationName = null, variables, extensions } = members;
  if (!isTextOrLeftOut(source)) throw new BadInputError('query', 'must be the text of a GraphQL document');
  if (!isTextOrLeftOut(documentId)) throw new BadInputError('documentId', 'must be text');
  if (operationName !== null && typeof operationName !== 'string') throw new BadInputError('operationName', 'must be text');
  return {
    query: source || null,
    documentId: documentId || null,
    operationName: operationName === '' ? null : operationName,
    variables: objectOf('variables', variables),
    extensions: objectOf('extensions', extensions),
    allowed: reads ? ['query'] : ['query', 'mutation'],
  };
}

function isTextOrLeftOut(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function fromBody(body: unknown): Members {
  if (Array.isArray(body)) throw new AppError('BATCH_REFUSED', 'A request holds one operation: send the others in requests of their own.');
  if (typeof body !== 'object' || body === null) throw new BadInputError('body', 'must be a JSON object with `query`');
  return body as Members;
}

function fromSearch(search: Members): Members {
  return { ...search, variables: parsed('variables', search.variables), extensions: parsed('extensions', search.extensions) };
}

function parsed(field: string, text: unknown): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    throw new BadInputError(field, 'must be JSON');
  }
}

function objectOf(field: string, value: unknown): Members {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new BadInputError(field, 'must be an object');
  return value as Members;
}
