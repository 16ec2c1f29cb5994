import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, registerEnumType } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { keyOf, type CandidateRow, type DuplicateRepository, type SearchRow } from './duplicate.repository';
import type { DuplicateService } from './duplicate.service';
import { DuplicateCandidate, DuplicateCandidateConnection, DuplicateSearch, DuplicateStatus, type DuplicateReason, type DuplicateSearchStatus } from './duplicate.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

export enum DuplicateDecision {
  DISTINCT = 'DISTINCT',
  DUPLICATE = 'DUPLICATE',
}
registerEnumType(DuplicateDecision, {
  name: 'DuplicateDecision',
  description: 'What somebody decides about two registrations.',
  valuesConfig: { DISTINCT: { description: 'They are two people.' }, DUPLICATE: { description: 'They are one person; `mergeDuplicates` makes them one registration.' } },
});

@Resolver(() => DuplicateCandidate)
export class DuplicateResolver {
  constructor(
    private readonly service: DuplicateService,
    private readonly repository: DuplicateRepository,
    private readonly loaders: { byId: Loader<DuplicateCandidate>; search: Loader<DuplicateSearch>; beneficiary: Loader<Beneficiary> },
  ) {}

  @Query(() => DuplicateCandidate, { nullable: true, description: 'The pair with this id; null when there is none whose people the caller may compare.' })
  duplicateCandidate(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the pair.' }) id: string): Promise<DuplicateCandidate | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => DuplicateCandidateConnection, { description: 'Pairs of registrations that may be one person, the likeliest first, as far as the caller may compare their people.' })
  async duplicateCandidates(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => DuplicateStatus, { nullable: true, description: 'Only pairs of which this was decided; OPEN when left out.' }) status?: DuplicateStatus | null,
  ): Promise<Connection<DuplicateCandidate>> {
    const page = pageRequest(args);
    const rows = await this.repository.list(principal, status ?? DuplicateStatus.OPEN, page);
    return toConnection(rows.map(toCandidate), page, ({ id, score }) => keyOf({ id, score: Math.round(score * 1000) }));
  }

  @Query(() => DuplicateSearch, { nullable: true, description: 'The search with this id; null when there is none.' })
  duplicateSearch(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the search.' }) id: string): Promise<DuplicateSearch | null> {
    return this.loaders.search(context).load(id);
  }

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The one who was registered first; null for callers who may not see them.' })
  first(@Root() { lowId }: DuplicateCandidate, @Ctx() context: CoreContext): Promise<Beneficiary | null> {
    return this.loaders.beneficiary(context).load(lowId);
  }

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The one who was registered later; null for callers who may not see them.' })
  second(@Root() { highId }: DuplicateCandidate, @Ctx() context: CoreContext): Promise<Beneficiary | null> {
    return this.loaders.beneficiary(context).load(highId);
  }

  @Mutation(() => DuplicateSearch, { description: 'Has everybody of the organisation compared, in the background. Newcomers are compared with everybody by themselves: after each import, and within minutes of their registration. Errors: FORBIDDEN.' })
  async findDuplicates(@Ctx() context: CoreContext, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<DuplicateSearch> {
    const search = await this.loaders.search(context).load(await this.service.search(context.principal, key));
    if (!search) throw new NotFoundError('The search');
    return search;
  }

  @Mutation(() => DuplicateCandidate, { description: 'Says whether two registrations are one person. What is decided stays decided. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async decideDuplicate(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the pair.' }) id: string,
    @Arg('decision', () => DuplicateDecision, { description: 'What they are.' }) decision: DuplicateDecision,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('note', () => String, { nullable: true, description: 'Why, without personal data: 1 to 500 characters.' }) note?: string | null,
  ): Promise<DuplicateCandidate> {
    return this.shown(context, await this.service.decide(context.principal, id, decision, note, key));
  }

  @Mutation(() => [DuplicateCandidate], { description: 'Says of up to 500 pairs at once whether each is one person; of all or of none. Errors: NOT_FOUND and INVALID_TRANSITION naming `ids.<n>`, BAD_USER_INPUT.' })
  async decideDuplicates(
    @Ctx() context: CoreContext,
    @Arg('ids', () => [ID], { description: 'The ids of the pairs, each once.' }) ids: string[],
    @Arg('decision', () => DuplicateDecision, { description: 'What they are.' }) decision: DuplicateDecision,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('note', () => String, { nullable: true, description: 'Why, without personal data: 1 to 500 characters.' }) note?: string | null,
  ): Promise<DuplicateCandidate[]> {
    return Promise.all((await this.service.decideMany(context.principal, ids, decision, note, key)).map((id) => this.shown(context, id)));
  }

  @Mutation(() => DuplicateCandidate, { description: 'Makes two registrations one: the survivor takes over the enrolments of the other, who is no longer found. It can be undone. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION (both take part in one project).' })
  async mergeDuplicates(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the pair.' }) id: string,
    @Arg('survivorId', () => ID, { description: 'Which of the two goes on.' }) survivorId: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<DuplicateCandidate> {
    return this.shown(context, await this.service.merge(context.principal, id, survivorId, key));
  }

  @Mutation(() => DuplicateCandidate, { description: 'Makes one registration two again, as they were before they were merged. Errors: NOT_FOUND, INVALID_TRANSITION (they are not merged).' })
  async undoMerge(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the pair.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<DuplicateCandidate> {
    return this.shown(context, await this.service.undo(context.principal, id, key));
  }

  private async shown(context: CoreContext, id: string): Promise<DuplicateCandidate> {
    const pair = await this.loaders.byId(context).clear(id).load(id);
    if (!pair) throw new NotFoundError('The pair');
    for (const one of [pair.lowId, pair.highId]) this.loaders.beneficiary(context).clear(one);
    return pair;
  }
}

export function toCandidate({ id, lowId, highId, score, note, decidedAt, ...row }: CandidateRow): DuplicateCandidate {
  return Object.assign(new DuplicateCandidate(), { id, lowId, highId, note, decidedAt, score: score / 1000, reasons: row.reasons as unknown as DuplicateReason[], status: row.status as DuplicateStatus });
}

export function toSearch({ id, pairs, cursor, found, sinceSeq, createdAt, endedAt, ...row }: SearchRow): DuplicateSearch {
  return Object.assign(new DuplicateSearch(), { id, pairs, compared: cursor, found, newcomersOnly: sinceSeq !== null, createdAt, endedAt, status: row.status as DuplicateSearchStatus });
}
