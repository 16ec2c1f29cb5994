import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BadInputError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { levelOf } from '../log-level';
import { KEPT_OCCURRENCES } from './exception.intake';
import { keyOf, type ExceptionGroup, type ExceptionOccurrence as OccurrenceRow, type ExceptionRepository } from './exception.repository';
import type { Decision, ExceptionService } from './exception.service';
import { Exception, ExceptionConnection, ExceptionFilter, ExceptionOccurrence, ExceptionState } from './exception.type';

const LARGEST_INT = 2_147_483_647;

function present({ count, severity, state, ...group }: ExceptionGroup): Exception {
  return { ...group, state: state as ExceptionState, count: Math.min(Number(count), LARGEST_INT), level: levelOf(severity) };
}

@Resolver(() => Exception)
export class ExceptionResolver {
  constructor(
    private readonly service: ExceptionService,
    private readonly repository: ExceptionRepository,
    private readonly occurrencesOf: (context: CoreContext, first: number) => DataLoader<string, OccurrenceRow[]>,
  ) {}

  @Query(() => ExceptionConnection, { description: 'Unexpected errors of all processes, grouped by their cause, last seen first.' })
  async exceptions(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ExceptionFilter, { nullable: true, description: 'Which exceptions to list.' }) filter?: ExceptionFilter,
  ): Promise<Connection<Exception>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.list(filter ?? {}, page)).map(present), page, keyOf);
  }

  @Query(() => Exception, { nullable: true, description: 'One exception; null when there is none with this id.' })
  async exception(@Arg('id', () => ID, { description: 'The id of the exception.' }) id: string): Promise<Exception | null> {
    const group = await this.repository.find(id);
    return group && present(group);
  }

  @FieldResolver(() => [ExceptionOccurrence], { description: 'The latest times that it was seen, newest first; no more than 50 are kept.' })
  async occurrences(
    @Root() { id }: Exception,
    @Ctx() context: CoreContext,
    @Arg('first', () => Int, { defaultValue: 10, description: 'How many to return: 1 to 50.' }) first: number,
  ): Promise<ExceptionOccurrence[]> {
    if (first < 1 || first > KEPT_OCCURRENCES) throw new BadInputError('first', `must be between 1 and ${KEPT_OCCURRENCES}`);
    return (await this.occurrencesOf(context, first).load(id)).map((row) => ({ ...row, attributes: row.attributes as object }));
  }

  @Mutation(() => Exception, { description: 'Says that somebody takes care of an open exception.' })
  acknowledgeException(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The exception.' }) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Exception> {
    return this.decide(context, 'acknowledgeException', id, key);
  }

  @Mutation(() => Exception, { description: 'Says that an exception is mended. When it is seen again afterwards, it is open again.' })
  resolveException(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The exception.' }) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Exception> {
    return this.decide(context, 'resolveException', id, key);
  }

  @Mutation(() => Exception, { description: 'Says that nobody wants to hear of an exception. It is counted on, and not sent to Sentry.' })
  ignoreException(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The exception.' }) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Exception> {
    return this.decide(context, 'ignoreException', id, key);
  }

  @Mutation(() => Exception, { description: 'Opens an exception again that was acknowledged, resolved or ignored.' })
  reopenException(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The exception.' }) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Exception> {
    return this.decide(context, 'reopenException', id, key);
  }

  private async decide({ principal }: CoreContext, decision: Decision, id: string, key: string): Promise<Exception> {
    return present(await this.service.decide(principal, decision, id, key));
  }
}
