import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import { AppError, errorCatalogue, type ErrorSink } from '#kernel/errors';

// Codes that say nothing about what happened: their messages may tell of our insides.
const OPAQUE = new Set(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'INVALID_GRAPHQL']);
const CODE = /^[A-Z][A-Z0-9_]*$/;

/** Makes of an error what a client may see. */
export type PresentError = (error: GraphQLFormattedError) => GraphQLFormattedError;

/**
 * Errors with a code go to the client as they are; everything else is masked, with an incident id under which the whole error is reported.
 * An error that a subgraph has masked already keeps its incident id.
 */
export function presentError(report: ErrorSink): PresentError {
  return (error) => {
    const { message, locations, path } = error;
    const { code, incidentId, serviceName: _serviceName, stacktrace: _stacktrace, ...details } = error.extensions ?? {};
    const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
    if (typeof code === 'string' && CODE.test(code) && !OPAQUE.has(code)) return { message, ...place, extensions: { code, ...details } };
    const id = typeof incidentId === 'string' ? incidentId : randomUUID();
    report(error, id);
    return { message: 'Something went wrong on our side.', ...(path ? { path } : {}), extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId: id } };
  };
}

/** An error outside of GraphQL execution, as body and HTTP status. Fastify's own (malformed JSON, too large, …) are the client's fault. */
export function presentFailure(error: unknown, report: ErrorSink): { status: number; error: GraphQLFormattedError } {
  if (error instanceof AppError) {
    return { status: errorCatalogue[error.code].status, error: { message: error.message, extensions: { code: error.code, ...error.details } } };
  }
  const status = statusOf(error);
  if (status < 500 && error instanceof Error) return { status, error: { message: error.message, extensions: { code: 'BAD_USER_INPUT' } } };
  const incidentId = randomUUID();
  report(error, incidentId);
  return { status: 500, error: { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId } } };
}

/** HTTP status for a coded error of a REST answer; codes that are not ours are 500. */
export function statusOfCode(code: unknown): number {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as keyof typeof errorCatalogue].status : 500;
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}
