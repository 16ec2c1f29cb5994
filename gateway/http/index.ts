export { createApolloFront, type ApolloContext } from './apollo-front';
export { type GraphqlFront, type OperationRequest, type Outcome } from './front';
export { addGraphiqlRoute } from './graphiql-route';
export { addGraphqlRoute, runTrusted } from './graphql-route';
export { addJwksRoute } from './jwks-route';
export { createCallerFinder, createOpenScope, scopeFor, type Caller, type FindCaller, type OpenScope } from './operation-scope';
export { presentError, statusOfCode, type PresentError } from './present-error';
export { createPublicServer } from './public-server';
export { createThinFront } from './thin-front';
