import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { BadInputError } from '#kernel/errors';
import type { CoreContext } from '../context';
import type { SubgraphDescriptor } from './artifact';
import type { RegistryRepository } from './registry.repository';
import { ProjectType, SupergraphVersion } from './supergraph.type';
import type { TypeCatalogue } from './type-catalogue';
import { compareVersions } from './versions';

@Resolver()
export class SupergraphResolver {
  constructor(
    private readonly repository: RegistryRepository,
    private readonly catalogue: TypeCatalogue,
  ) {}

  @Query(() => [SupergraphVersion], { description: 'The newest published versions of the supergraph, newest first.' })
  async supergraphVersions(
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many to return: 1 to 100.' }) first: number,
  ): Promise<SupergraphVersion[]> {
    if (first < 1 || first > 100) throw new BadInputError('first', 'must be between 1 and 100');
    const rows = await this.repository.history(first);
    return rows.map((row) => ({ ...row, subgraphs: (row.subgraphs as unknown as SubgraphDescriptor[]).map(({ name }) => name) }));
  }

  @Query(() => [ProjectType], { description: 'The types of project that can be created.' })
  async projectTypes(): Promise<ProjectType[]> {
    return groupByType(await this.catalogue.list());
  }

  @Mutation(() => ProjectType, {
    description:
      'Registers the version of a project type that an image contains, so that projects can run it. Registering it again changes nothing. ' +
      'Errors: UNKNOWN_PROJECT_TYPE (no such image), SCHEMA_REJECTED (the message names the field and the rule), CONFLICT (the version exists with another schema).',
  })
  async registerProjectType(
    @Ctx() { principal }: CoreContext,
    @Arg('image', () => String, { description: 'The image, as "name:version", for example "rfv:1.0.0".' }) image: string,
  ): Promise<ProjectType> {
    const { typeCode } = await this.catalogue.register(principal, image);
    const [type] = groupByType((await this.catalogue.list()).filter((version) => version.typeCode === typeCode));
    if (!type) throw new BadInputError('image', 'was retired meanwhile');
    return type;
  }
}

function groupByType(versions: Awaited<ReturnType<TypeCatalogue['list']>>): ProjectType[] {
  const types = new Map<string, ProjectType>();
  for (const version of [...versions].sort((a, b) => compareVersions(a.version, b.version))) {
    const type = types.get(version.typeCode) ?? { code: version.typeCode, title: version.title, versions: [] };
    type.title = version.title;
    type.versions.push({ ...version, settingsSchema: version.settingsSchema as object });
    types.set(version.typeCode, type);
  }
  return [...types.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
