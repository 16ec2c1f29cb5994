import type DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Principal } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { ChangeAttributeInput, DefineAttributeInput } from './attribute.inputs';
import type { AttributeService } from './attribute.service';
import { AttributeDefinition } from './attribute.type';

/** Per-request loaders. */
export interface AttributeLoaders {
  byId: (context: CoreContext) => DataLoader<string, AttributeDefinition | null>;
  /** All versions of a key, in whichever project, the newest first. */
  versions: (context: CoreContext) => DataLoader<string, AttributeDefinition[]>;
  list: (principal: Principal, projectId: string | undefined) => Promise<AttributeDefinition[]>;
}

@Resolver(() => AttributeDefinition)
export class AttributeResolver {
  constructor(
    private readonly service: AttributeService,
    private readonly loaders: AttributeLoaders,
  ) {}

  @Query(() => [AttributeDefinition], { description: 'The attributes that registrations have, in their current version, by key: of the organisation, and of its projects as far as the caller sees people there.' })
  async attributeDefinitions(
    @Ctx() { principal }: CoreContext,
    @Arg('projectId', () => ID, { nullable: true, description: 'Only those of the organisation and of this project.' }) projectId?: string | null,
    @Arg('active', () => Boolean, { nullable: true, description: 'True: only those whose values are taken; false: only the others; left out: both.' }) active?: boolean | null,
  ): Promise<AttributeDefinition[]> {
    const definitions = await this.loaders.list(principal, projectId ?? undefined);
    return active == null ? definitions : definitions.filter((definition) => definition.active === active);
  }

  @Query(() => AttributeDefinition, { nullable: true, description: 'This version of an attribute; null when there is none that the caller may see.' })
  attributeDefinition(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the version.' }) id: string): Promise<AttributeDefinition | null> {
    return this.loaders.byId(context).load(id);
  }

  @FieldResolver(() => [AttributeDefinition], { description: 'All versions of this attribute, the newest first.' })
  async history(@Root() { key, projectId }: AttributeDefinition, @Ctx() context: CoreContext): Promise<AttributeDefinition[]> {
    return (await this.loaders.versions(context).load(key)).filter((version) => version.projectId === projectId);
  }

  @Mutation(() => AttributeDefinition, { description: 'Defines an attribute of registrations. Errors: BAD_USER_INPUT, CONFLICT (the key is taken there, or means something else elsewhere in the organisation), NOT_FOUND (the project), FORBIDDEN.' })
  async defineAttribute(
    @Ctx() context: CoreContext,
    @Arg('input', () => DefineAttributeInput, { description: 'The attribute.' }) input: DefineAttributeInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<AttributeDefinition> {
    return this.shown(context, await this.service.define(context.principal, input, key));
  }

  @Mutation(() => AttributeDefinition, { description: 'Changes an attribute: a newer version stands beside the old one, and values that were checked with the old one stay. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, INVALID_TRANSITION (this is not its current version).' })
  async changeAttribute(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the current version.' }) id: string,
    @Arg('input', () => ChangeAttributeInput, { description: 'What to change.' }) input: ChangeAttributeInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<AttributeDefinition> {
    return this.shown(context, await this.service.change(context.principal, id, input, key));
  }

  private async shown(context: CoreContext, id: string): Promise<AttributeDefinition> {
    const definition = await this.loaders.byId(context).clear(id).load(id);
    if (!definition) throw new NotFoundError('The attribute');
    this.loaders.versions(context).clear(definition.key);
    return definition;
  }
}
