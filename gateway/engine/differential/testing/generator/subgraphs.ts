import type { GraphQLFieldResolver } from 'graphql';
import type { Exchange, SubgraphDefinition } from '../subgraph';
import type { Facts, Thing } from './facts';
import { namedType, type FieldModel, type Model } from './model';
import { printSubgraph } from './print-subgraph';
import { hash } from './random';

/** State of a request in which things go wrong. */
export const TROUBLED = { troubled: true };

/** What goes wrong with a value (`T0-1.f2`) or a whole entity (`T0-1`): one in a dozen fails, one is missing although it may not be. */
function trouble(about: string, { state }: Exchange, seed: number): 'throws' | 'null' | null {
  const luck = state.get('troubled') ? hash(`${seed} ${about}`) % 12 : 2;
  return luck === 0 ? 'throws' : luck === 1 ? 'null' : null;
}

/** The subgraphs of a model, each answering with what is true. */
export function subgraphsOf(model: Model, facts: Facts, seed: number): Record<string, SubgraphDefinition> {
  return Object.fromEntries(
    model.subgraphs.map((subgraph) => [
      subgraph,
      {
        sdl: printSubgraph(model, subgraph),
        resolve: resolverOf(model, facts, seed, subgraph),
        resolveReference: (reference: Record<string, unknown>, exchange: Exchange) => {
          const thing = facts.find(reference);
          if (!thing || trouble(`${thing.real}-${thing.n}`, exchange, seed) === 'null') return null;
          return { ...reference, ...labelled(model, subgraph, String(reference.__typename), thing) };
        },
      },
    ]),
  );
}

function resolverOf(model: Model, facts: Facts, seed: number, subgraph: string): GraphQLFieldResolver<unknown, Exchange> {
  return (source, given, exchange, { parentType, fieldName }) => {
    const thing = parentType.name === 'Query' ? { __typename: 'Query', real: 'Query', n: 0 } : (source as Thing & Record<string, unknown>);
    const field = facts.field(thing.real, fieldName) ?? facts.field(parentType.name, fieldName);
    if (!field) throw new Error(`${subgraph} knows no ${parentType.name}.${fieldName}.`);
    const about = `${thing.real}-${thing.n}.${fieldName}`;
    switch (isKey(fieldName) ? null : trouble(about, exchange, seed)) {
      case 'throws':
        throw new Error(`no ${about}`);
      case 'null':
        return null;
    }
    const value = facts.value(thing, field, given, field.requires ? { ...(source as object) } : undefined);
    return labelled(model, subgraph, namedType(field.type), withProvided(facts, field, value));
  };
}

/** Things with what their field promises to bring along. */
function withProvided(facts: Facts, { provides }: FieldModel, value: unknown): unknown {
  if (!provides) return value;
  const bring = (inner: unknown): unknown => (Array.isArray(inner) ? inner.map(bring) : isThing(inner) ? { ...inner, ...Object.fromEntries(provides.map((field) => [field.name, facts.value(inner, field, {})])) } : inner);
  return bring(value);
}

function isKey(name: string): boolean {
  return ['id', 'code', 'x', 'y'].includes(name);
}

/** Things under the name that a subgraph has for them. */
function labelled<T>(model: Model, subgraph: string, type: string, value: T): T {
  const asObject = model.interfaces.some(({ name, entity }) => name === type && entity?.objectIn === subgraph);
  if (!asObject) return value;
  const label = (inner: unknown): unknown => (Array.isArray(inner) ? inner.map(label) : isThing(inner) ? { ...inner, __typename: type } : inner);
  return label(value) as T;
}

function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && 'real' in value;
}
