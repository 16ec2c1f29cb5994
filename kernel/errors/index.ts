export { errorCatalogue, type ErrorCode } from './catalogue';
export { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, invariant } from './app-error';
export { formatGraphQLError, toGraphQLError, type ErrorSink } from './graphql';
export { parseInput } from './parse-input';
export { withoutValues } from './without-values';
