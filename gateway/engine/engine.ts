import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { SupergraphArtifact } from '../contracts';

/** What Apollo Server expects of a gateway. */
export type ApolloGatewayPort = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

/** Plans and executes one operation. */
export type Executor = NonNullable<Awaited<ReturnType<ApolloGatewayPort['load']>>['executor']>;

/** Everything that serves one version of the supergraph. It never changes: a new version is a new engine. */
export interface Engine {
  readonly version: number;
  /** What clients may ask; requests are bound to their engine by this object. */
  readonly schema: GraphQLSchema;
  readonly sdl: string;
  readonly execute: Executor;
}

/** Builds the engine of a version. @throws when the supergraph or a descriptor in it cannot be served; then nothing has changed. */
export type EngineFactory = (artifact: SupergraphArtifact) => Promise<Engine>;
