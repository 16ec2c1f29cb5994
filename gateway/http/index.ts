export { addGraphiqlRoute } from './graphiql-route';
export { addGraphqlRoute } from './graphql-route';
export { createGraphqlServer, type GraphqlServer } from './graphql-server';
export { addJwksRoute } from './jwks-route';
export { createOpenScope, type OpenScope } from './operation-scope';
export { statusOfCode } from './present-error';
export { createPublicServer } from './public-server';
