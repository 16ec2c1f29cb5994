import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { subgraphSdl, type SubgraphDefinition } from './subgraph';

export type Composed = { ok: true; supergraphSdl: string } | { ok: false; errors: string[] };

export function compose(definitions: Readonly<Record<string, SubgraphDefinition>>): Composed {
  const services = Object.entries(definitions).map(([name, definition]) => ({ name, url: `https://${name}.test`, typeDefs: parse(subgraphSdl(definition)) }));
  const { errors, supergraphSdl } = composeServices(services);
  return errors ? { ok: false, errors: errors.map(({ message }) => message) } : { ok: true, supergraphSdl };
}
