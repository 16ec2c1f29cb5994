import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from './app-error';
import { withoutValues } from './without-values';

/** Where unexpected errors are reported, whole, with the incident id that the client was given. */
export type ErrorSink = (error: unknown, incidentId: string) => void;

/** Turns a use case's error into the one a GraphQL client sees: coded when expected, masked otherwise. */
export function toGraphQLError(error: unknown, report: ErrorSink): GraphQLError {
  if (error instanceof GraphQLError && !error.originalError) return error;
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (cause instanceof AppError) {
    return new GraphQLError(cause.message, { ...place, extensions: { code: cause.code, ...cause.details } });
  }
  if (cause instanceof GraphQLError) return new GraphQLError(cause.message, { ...place, extensions: cause.extensions });
  return masked(cause, place, report);
}

function masked(cause: unknown, place: object, report: ErrorSink): GraphQLError {
  const incidentId = randomUUID();
  report(cause, incidentId);
  return new GraphQLError('Something went wrong on our side.', { ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId } });
}

/** Codes of errors that graphql-js writes itself, and that quote what was sent. */
const QUOTING: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

/** For Apollo Server's `formatError`: same rules; keeps the codes of parsing, validation and coercion. */
export function formatGraphQLError(report: ErrorSink): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const code = formatted.extensions?.code;
    const expected = typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR';
    if (expected || formatted.extensions?.incidentId) return withoutStack(QUOTING.has(String(code)) && error instanceof GraphQLError ? { ...formatted, message: withoutValues(error) } : formatted);
    return withoutStack(toGraphQLError(error, report).toJSON());
  };
}

function withoutStack(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _stacktrace, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, extensions };
}
