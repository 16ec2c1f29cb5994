import DataLoader from 'dataloader';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { perRequest } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import { enrollmentEvents } from './enrollment.events';
import { Enrollment, type EnrollmentStatus } from './enrollment.type';
import { EnrollmentChange } from './history.type';

interface Entry {
  enrollmentId: string;
  status: string;
  reason: string | null;
  actorType: string;
  actorId: string;
  at: Date;
}

@Resolver(() => Enrollment)
export class EnrollmentHistoryFields {
  private readonly histories: (context: CoreContext) => DataLoader<string, EnrollmentChange[]>;

  constructor(private readonly database: CoreDatabase) {
    this.histories = perRequest((_context: CoreContext) => new DataLoader((ids) => this.load(ids)));
  }

  @FieldResolver(() => [EnrollmentChange], { description: 'How the person came to stand there, oldest first. The audit log is the history: it is written with every change, and nobody changes it.' })
  history(@Root() { id }: Enrollment, @Ctx() context: CoreContext): Promise<EnrollmentChange[]> {
    return this.histories(context).load(id);
  }

  /** Enrollments that the caller has been shown: one statement for all. */
  private async load(ids: readonly string[]): Promise<EnrollmentChange[][]> {
    const entries = await this.database.$queryRawUnsafe<Entry[]>(
      `SELECT entity_id AS "enrollmentId", payload->>'status' AS status, payload->>'reason' AS reason, actor_type AS "actorType", actor_id AS "actorId", occurred_at AS at
       FROM audit_entry WHERE entity_id = ANY($1) AND action = ANY($2) ORDER BY seq`,
      ids,
      [enrollmentEvents.created.name, enrollmentEvents.statusChanged.name],
    );
    const byId = new Map<string, EnrollmentChange[]>(ids.map((id) => [id, []]));
    for (const { enrollmentId, status, reason, actorType, actorId, at } of entries) {
      byId.get(enrollmentId)?.push(Object.assign(new EnrollmentChange(), { status: status as EnrollmentStatus, reason, at, actorId: actorType === 'SYSTEM' ? null : actorId }));
    }
    return ids.map((id) => byId.get(id) ?? []);
  }
}
