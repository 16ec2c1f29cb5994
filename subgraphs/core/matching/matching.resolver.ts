import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Principal } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY, NONE } from '../change';
import type { CoreContext } from '../context';
import type { AgreementRow, MatchRow, MatchingRepository, RunRow } from './matching.repository';
import type { MatchingService } from './matching.service';
import { Match, MatchConnection, MatchingAgreement, MatchingAgreementConnection, MatchingKind, MatchingPartner, MatchingRun, MatchingRunConnection, ProposeMatchingInput, type MatchingAgreementStatus, type MatchingRunStatus } from './matching.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

/** What the resolver needs beside the use cases. Agreements are loaded as the caller may see them; what hangs on them, for who was shown them. */
export interface MatchingLoaders {
  byId: Loader<AgreementRow>;
  lastRun: Loader<RunRow>;
  partner: Loader<MatchingPartner>;
  beneficiary: Loader<Beneficiary>;
}

@Resolver(() => MatchingAgreement)
export class MatchingResolver {
  constructor(
    private readonly service: MatchingService,
    private readonly repository: MatchingRepository,
    private readonly loaders: MatchingLoaders,
  ) {}

  @Query(() => MatchingAgreement, { nullable: true, description: 'The agreement with this id; null when the own organisation has no such agreement.' })
  async matchingAgreement(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the agreement.' }) id: string): Promise<MatchingAgreement | null> {
    const row = await this.loaders.byId(context).load(id);
    return row && toAgreement(row, context.principal);
  }

  @Query(() => MatchingAgreementConnection, { description: 'Agreements of the own organisation with others, proposals among them, newest first.' })
  async matchingAgreements(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<MatchingAgreement>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map((row) => toAgreement(row, principal)), page, ({ id }) => id);
  }

  @FieldResolver(() => MatchingPartner, { description: 'The other organisation.' })
  async partner(@Root() { partnerId }: MatchingAgreement, @Ctx() context: CoreContext): Promise<MatchingPartner> {
    const partner = await this.loaders.partner(context).load(partnerId);
    if (!partner) throw new NotFoundError('The organisation');
    return partner;
  }

  @FieldResolver(() => MatchingRun, { nullable: true, description: 'The newest comparison; null when there was none.' })
  async lastRun(@Root() agreement: MatchingAgreement, @Ctx() context: CoreContext): Promise<MatchingRun | null> {
    const run = await this.loaders.lastRun(context).load(agreement.id);
    return run && toRun(run, agreement.proposedByUs, context.principal);
  }

  @FieldResolver(() => MatchingRunConnection, { description: 'All comparisons under this agreement, whichever side asked for them, newest first.' })
  async runs(@Root() { id, proposedByUs }: MatchingAgreement, @Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<MatchingRun>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.runs(id, page)).map((run) => toRun(run, proposedByUs, principal)), page, (run) => run.id);
  }

  @FieldResolver(() => MatchConnection, { description: 'Who of the own people is known to the other organisation, as the newest comparison has found: those who agree, as do those on the other side, that their data is shared. Who it is there is not told.' })
  async matches(@Root() { id }: MatchingAgreement, @Ctx() context: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<Match>> {
    const page = pageRequest(args);
    const agreement = await this.loaders.byId(context).load(id);
    const rows = agreement ? await this.repository.matches(agreement, context.principal.organizationId ?? NONE, page) : [];
    return toConnection(rows.map(toMatch), page, ({ beneficiaryId }) => beneficiaryId);
  }

  @Mutation(() => MatchingAgreement, { description: 'Proposes to another organisation that the people of both be compared. Nothing happens until it agrees. Errors: FORBIDDEN, BAD_USER_INPUT, CONFLICT.' })
  proposeMatching(
    @Ctx() context: CoreContext,
    @Arg('input', () => ProposeMatchingInput, { description: 'What is proposed, to whom.' }) input: ProposeMatchingInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<MatchingAgreement> {
    return this.shown(context, this.service.propose(context.principal, input, key));
  }

  @Mutation(() => MatchingAgreement, { description: 'Agrees to what another organisation has proposed. Errors: FORBIDDEN, NOT_FOUND, INVALID_TRANSITION.' })
  acceptMatching(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the agreement.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<MatchingAgreement> {
    return this.shown(context, this.service.accept(context.principal, id, key));
  }

  @Mutation(() => MatchingAgreement, { description: 'Ends an agreement or declines a proposal, as either side may at any time. What was found is gone for both. Errors: FORBIDDEN, NOT_FOUND, INVALID_TRANSITION.' })
  endMatching(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the agreement.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<MatchingAgreement> {
    return this.shown(context, this.service.end(context.principal, id, key));
  }

  @Mutation(() => MatchingAgreement, { description: 'Has the people of both organisations compared, in the background, at most once a day. Both sides see that it was done. Errors: FORBIDDEN, NOT_FOUND, INVALID_TRANSITION, RATE_LIMITED.' })
  startMatching(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the agreement.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<MatchingAgreement> {
    return this.shown(context, this.service.start(context.principal, id, key));
  }

  private async shown(context: CoreContext, changed: Promise<string>): Promise<MatchingAgreement> {
    const id = await changed;
    this.loaders.lastRun(context).clear(id);
    const row = await this.loaders.byId(context).clear(id).load(id);
    if (!row) throw new NotFoundError('The agreement');
    return toAgreement(row, context.principal);
  }
}

@Resolver(() => Match)
export class MatchFields {
  constructor(private readonly beneficiary: Loader<Beneficiary>) {}

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The person of the own organisation; null for callers who may not see them.' })
  person(@Root() { beneficiaryId }: Match, @Ctx() context: CoreContext): Promise<Beneficiary | null> {
    return this.beneficiary(context).load(beneficiaryId);
  }
}

function toAgreement(row: AgreementRow, { organizationId }: Principal): MatchingAgreement {
  const proposedByUs = row.proposerId === organizationId;
  const { id, purpose, createdAt, acceptedAt, endedAt } = row;
  return Object.assign(new MatchingAgreement(), {
    ...{ id, purpose, createdAt, acceptedAt, endedAt, proposedByUs },
    partnerId: proposedByUs ? row.accepterId : row.proposerId,
    kinds: row.kinds as MatchingKind[],
    endsOn: row.endsOn.toISOString().slice(0, 10),
    status: row.status as MatchingAgreementStatus,
  });
}

function toRun({ id, status, organizationId, proposersPeople, acceptersPeople, createdAt, endedAt }: RunRow, isProposer: boolean, principal: Principal): MatchingRun {
  return Object.assign(new MatchingRun(), { id, createdAt, endedAt, status: status as MatchingRunStatus, startedByUs: organizationId === principal.organizationId, people: isProposer ? proposersPeople : acceptersPeople });
}

const SHARED_BY_FAMILIES: ReadonlySet<MatchingKind> = new Set([MatchingKind.PHONE, MatchingKind.BANK_ACCOUNT]);

function toMatch({ beneficiaryId, kinds }: MatchRow): Match {
  const known = kinds as MatchingKind[];
  return Object.assign(new Match(), { beneficiaryId, kinds: known, weak: known.every((kind) => SHARED_BY_FAMILIES.has(kind)) });
}
