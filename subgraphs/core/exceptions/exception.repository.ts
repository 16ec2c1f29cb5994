import { isId } from '#kernel/db';
import { BadInputError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import type { ExceptionGroup, ExceptionOccurrence, ExceptionState, Prisma } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { ExceptionFilter } from './exception.type';

export type { ExceptionGroup, ExceptionOccurrence };

/** Exceptions belong to the system, not to an organisation: what guards them is the permission alone. */
export class ExceptionRepository {
  constructor(private readonly database: CoreDatabase) {}

  async find(id: string): Promise<ExceptionGroup | null> {
    return isId(id) ? this.database.exceptionGroup.findUnique({ where: { id } }) : null;
  }

  /** Last seen first, by keyset. */
  async list(filter: ExceptionFilter, page: PageRequest): Promise<ExceptionGroup[]> {
    const after = page.after === null ? {} : beyond(page.after);
    return this.database.exceptionGroup.findMany({
      where: { AND: [matching(filter), await this.ofIncident(filter.incidentId), after] },
      orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
      take: page.first + 1,
    });
  }

  /** The latest occurrences of each of these groups, newest first, in the order of the groups. */
  async occurrences(groupIds: readonly string[], first: number): Promise<ExceptionOccurrence[][]> {
    const rows = await this.database.$queryRaw<ExceptionOccurrence[]>`
      SELECT o.id, o.group_id AS "groupId", o.at, o.release, o.instance, o.project_id AS "projectId", o.incident_id AS "incidentId", o.correlation_id AS "correlationId",
        o.job_id AS "jobId", o.event_id AS "eventId", o.trace_id AS "traceId", o.message, o.stack, o.attributes
      FROM unnest(${[...groupIds]}::uuid[]) AS g(id), LATERAL (SELECT * FROM exception_occurrence WHERE group_id = g.id ORDER BY at DESC, id DESC LIMIT ${first}) o`;
    return groupIds.map((id) => rows.filter(({ groupId }) => groupId === id));
  }

  async lock(tx: CoreTransaction, id: string): Promise<ExceptionGroup | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT 1 FROM exception_group WHERE id = $1::uuid FOR UPDATE', [id]);
    return tx.models.exceptionGroup.findUnique({ where: { id } });
  }

  async decide(tx: CoreTransaction, id: string, state: ExceptionState, userId: string): Promise<void> {
    // By the clock of the database, like the order of what is seen again.
    await tx.sql.execute('UPDATE exception_group SET state = $2::exception_state, state_changed_at = clock_timestamp(), state_changed_by_id = $3 WHERE id = $1::uuid', [id, state, userId]);
  }

  /** Deletes groups that were not seen for so long. @returns how many. */
  async prune(before: Date): Promise<number> {
    return (await this.database.exceptionGroup.deleteMany({ where: { lastSeenAt: { lt: before } } })).count;
  }

  /** Also where the occurrence itself has made room for later ones: its line in the log knows the group. */
  private async ofIncident(incidentId: string | null | undefined): Promise<Prisma.ExceptionGroupWhereInput> {
    if (!incidentId) return {};
    const rows = await this.database.$queryRaw<Array<{ id: string }>>`
      SELECT group_id AS id FROM exception_occurrence WHERE incident_id = ${incidentId}
      UNION SELECT exception_id FROM log_record WHERE incident_id = ${incidentId} AND exception_id IS NOT NULL`;
    return { id: { in: rows.map(({ id }) => id) } };
  }
}

function matching({ state, room, type, correlationId, seenFrom }: ExceptionFilter): Prisma.ExceptionGroupWhereInput {
  return {
    ...(state ? { state } : {}),
    ...(room ? { room } : {}),
    ...(type ? { type } : {}),
    ...(correlationId ? { occurrences: { some: { correlationId } } } : {}),
    ...(seenFrom ? { lastSeenAt: { gte: seenFrom } } : {}),
  };
}

/** How a cursor says where a group stands. */
export function keyOf({ lastSeenAt, id }: Pick<ExceptionGroup, 'lastSeenAt' | 'id'>): string {
  return `${lastSeenAt.toISOString()} ${id}`;
}

function beyond(key: string): Prisma.ExceptionGroupWhereInput {
  const [time = '', id = ''] = key.split(' ');
  const lastSeenAt = new Date(time);
  if (Number.isNaN(lastSeenAt.getTime()) || !isId(id)) throw new BadInputError('after', 'is not a cursor of this list');
  return { OR: [{ lastSeenAt: { lt: lastSeenAt } }, { lastSeenAt, id: { lt: id } }] };
}
