import { Arg, Args, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { BadInputError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY, change } from '../change';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import { ParkedEvent, ParkedEventConnection, ReplayParkedEventsInput, replaySchema } from './parked-event.type';

@Resolver(() => ParkedEvent)
export class ParkedEventResolver {
  constructor(private readonly database: CoreDatabase) {}

  @Query(() => ParkedEventConnection, { description: 'Events that could not be delivered and were given up, oldest first.' })
  async parkedEvents(@Args(() => PageArgs) args: PageArgs, @Arg('subscriber', () => String, { nullable: true, description: 'Only those for this subscriber.' }) subscriber?: string): Promise<Connection<ParkedEvent>> {
    const page = pageRequest(args);
    const rows = await this.database.eventDelivery.findMany({
      where: { parkedAt: { not: null }, ...(subscriber ? { subscriber } : {}), ...(page.after === null ? {} : { seq: { gt: sequence(page.after) } }) },
      orderBy: { seq: 'asc' },
      take: page.first + 1,
    });
    return toConnection(rows.map((row) => Object.assign(new ParkedEvent(), row)), page, ({ seq }) => seq.toString());
  }

  @Mutation(() => Int, { description: 'Has parked events delivered again, as if for the first time; answers how many. Errors: BAD_USER_INPUT.' })
  async replayParkedEvents(
    @Ctx() { principal }: CoreContext,
    @Arg('input', () => ReplayParkedEventsInput, { description: 'Which.' }) input: ReplayParkedEventsInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<number> {
    const { subscriber, eventIds } = parseInput(replaySchema, input);
    return change(this.database, principal, { operation: 'replayParkedEvents', key, request: { subscriber, eventIds: eventIds ?? null } }, async (tx, organizationId) => {
      const { count } = await tx.models.eventDelivery.updateMany({
        where: { subscriber, parkedAt: { not: null }, ...(eventIds ? { eventId: { in: eventIds } } : {}) },
        data: { parkedAt: null, attempts: 0, dueAt: new Date(0) },
      });
      await appendAudit(tx.sql, { actorId: principal.subject, action: 'event.replayed', entityType: 'EventSubscriber', entityId: subscriber, organizationId, payload: { events: count, eventIds: eventIds?.slice(0, 100) ?? null } });
      return count;
    });
  }
}

function sequence(key: string): bigint {
  if (!/^\d{1,18}$/.test(key)) throw new BadInputError('after', 'is not a cursor of this list');
  return BigInt(key);
}
