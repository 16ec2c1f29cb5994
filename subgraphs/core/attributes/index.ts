import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { Slice } from '../slice';
import { AttributeRepository } from './attribute.repository';
import { AttributeResolver } from './attribute.resolver';
import { AttributeService } from './attribute.service';
import { AttributeDefinition, type AttributeType, type Translation } from './attribute.type';
import { AttributeChecker, type CheckedAttributes, type HowToCheck } from './checker';
import type { Definition } from './definition';

export { attributeEvents } from './attribute.events';
export { AttributeDefinition } from './attribute.type';
export type { AttributeChecker, CheckedAttributes } from './checker';

/** How other slices check the values of attributes. */
export interface Attributes {
  /** Checks one set of values. @throws BadInputError naming `attributes.<key>` (or below another root). */
  check(organizationId: string, projectId: string | null, values: Readonly<Record<string, unknown>>, how?: HowToCheck): Promise<CheckedAttributes>;
  /** The same for many people: reads the definitions once, within a transaction if there is one. `projectId`: those of this project count too, before those of the organisation. */
  checker(organizationId: string, projectId: string | null, tx?: CoreTransaction): Promise<AttributeChecker>;
}

export interface AttributesSlice extends Slice, Attributes {
  /** Versions of definitions that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, AttributeDefinition | null>;
}

/** What registrations hold besides what all have: typed attributes of an organisation and its projects. */
export function createAttributes(deps: { database: CoreDatabase }): AttributesSlice {
  const repository = new AttributeRepository(deps.database);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toGraph), (definition) => definition.id));
  const versions = perRequest(
    ({ principal }: CoreContext) =>
      new DataLoader<string, AttributeDefinition[]>(async (keys) => {
        const all = (await repository.versions(principal, keys)).map(toGraph);
        return keys.map((key) => all.filter((definition) => definition.key === key));
      }),
  );
  const resolver = new AttributeResolver(new AttributeService(deps.database, repository), {
    byId,
    versions,
    list: async (principal, projectId) => (await repository.listVisible(principal, projectId)).map(toGraph),
  });
  const checker: Attributes['checker'] = async (organizationId, projectId, tx) => new AttributeChecker(await repository.counting(organizationId, projectId, tx));
  return {
    resolvers: new Map([[AttributeResolver, resolver]]),
    references: {},
    rules: {
      Query: { attributeDefinitions: requiresSomewhere('beneficiary:read'), attributeDefinition: requiresSomewhere('beneficiary:read') },
      Mutation: { defineAttribute: requiresSomewhere('attribute:write'), changeAttribute: requiresSomewhere('attribute:write') },
      AttributeDefinition: allow,
      AttributeOption: allow,
      Translation: allow,
    },
    byId,
    checker,
    check: async (organizationId, projectId, values, how) => (await checker(organizationId, projectId)).check(values, how),
  };
}

function toGraph(definition: Definition): AttributeDefinition {
  return Object.assign(new AttributeDefinition(), {
    ...definition,
    type: definition.type as AttributeType,
    label: translations(definition.label),
    options: definition.options.map(({ value, label }) => ({ value, label: translations(label) })),
  });
}

function translations(label: Record<string, string>): Translation[] {
  return Object.entries(label).map(([language, text]) => ({ language, text }));
}
