import DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { holds } from '#kernel/auth';
import { BadInputError } from '#kernel/errors';
import { perRequest } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { Project } from '../projects';
import type { StatisticsRepository, Tally } from './statistics.repository';
import { EnrollmentCount, EnrollmentDimension } from './statistics.type';
import { suppressed } from './suppression';

const DEEPEST = 8;

@Resolver(() => Project)
export class ProjectStatisticsFields {
  /** One loader for each question: projects with the same one share a statement. */
  private readonly loaders = perRequest((_context: CoreContext) => new Map<string, DataLoader<string, Tally[]>>());

  constructor(private readonly repository: StatisticsRepository) {}

  @FieldResolver(() => [EnrollmentCount], {
    description: 'How many people of which kind the project has, exact at every moment and as fast for half a million as for ten. Open to whoever sees the project: small numbers are withheld from callers without the permission beneficiary:read-pii.',
  })
  async enrollmentCounts(
    @Root() { id }: Project,
    @Ctx() context: CoreContext,
    @Arg('by', () => EnrollmentDimension, { description: 'By what to count.' }) by: EnrollmentDimension,
    @Arg('areaDepth', () => Int, { nullable: true, description: 'For areas: how many segments of their path, 1 to 8; 2 when left out.' }) areaDepth?: number | null,
  ): Promise<EnrollmentCount[]> {
    const depth = areaDepth ?? 2;
    if (depth < 1 || depth > DEEPEST) throw new BadInputError('areaDepth', `must be between 1 and ${DEEPEST}`);
    const tallies = await this.loader(context, by, depth).load(id);
    // The next larger area is shown by the same question with less depth: what it sums up to must not give a small one away.
    const hidden = holds(context.principal, 'beneficiary:read-pii', id) ? [] : suppressed(tallies.map(({ key, count }) => ({ count, within: by === EnrollmentDimension.AREA ? parentOf(key, depth) : '' })));
    return tallies.map(({ key, count }, index) => Object.assign(new EnrollmentCount(), { key, count: hidden[index] ? null : count, suppressed: hidden[index] ?? false }));
  }

  private loader(context: CoreContext, by: EnrollmentDimension, depth: number): DataLoader<string, Tally[]> {
    const loaders = this.loaders(context);
    const known = loaders.get(`${by} ${depth}`);
    if (known) return known;
    const made = new DataLoader<string, Tally[]>(async (ids) => {
      const all = await this.repository.tallies(ids, by, depth);
      const byProject = new Map<string, Tally[]>(ids.map((id) => [id, []]));
      for (const tally of all) byProject.get(tally.projectId)?.push(tally);
      return ids.map((id) => byProject.get(id) ?? []);
    });
    loaders.set(`${by} ${depth}`, made);
    return made;
  }
}

function parentOf(area: string, depth: number): string {
  return area.split('.').slice(0, depth - 1).join('.');
}
