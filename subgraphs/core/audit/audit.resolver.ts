import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { AuditRepository } from './audit.repository';
import { AuditEntry, AuditEntryConnection, AuditFilter, type AuditActorType } from './audit.type';

@Resolver(() => AuditEntry)
export class AuditResolver {
  constructor(private readonly repository: AuditRepository) {}

  @Query(() => AuditEntryConnection, { description: 'The audit log, newest first, as far as the caller may read it.' })
  async auditEntries(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Which entries to list.' }) filter?: AuditFilter,
  ): Promise<Connection<AuditEntry>> {
    const page = pageRequest(args);
    const rows = await this.repository.list(principal, filter ?? {}, page);
    const entries = rows.map((row) => ({ ...row, actorType: row.actorType as AuditActorType, payload: row.payload as object }));
    return toConnection(entries, page, (entry) => entry.seq.toString());
  }
}
