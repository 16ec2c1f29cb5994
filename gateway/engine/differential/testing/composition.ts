import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { subgraphSdl, type SubgraphDefinition } from './subgraph';

export type Composed = { ok: true; supergraphSdl: string } | { ok: false; errors: string[] };

export function compose(definitions: Readonly<Record<string, SubgraphDefinition>>): Composed {
  return composeSdl(Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, subgraphSdl(definition)])));
}

/** @param sdls whole, with what they import, by the names of subgraphs. */
export function composeSdl(sdls: Readonly<Record<string, string>>): Composed {
  const services = Object.entries(sdls).map(([name, sdl]) => ({ name, url: `https://${name}.test`, typeDefs: parse(sdl) }));
  const { errors, supergraphSdl } = composeServices(services);
  return errors ? { ok: false, errors: errors.map(({ message }) => message) } : { ok: true, supergraphSdl };
}
