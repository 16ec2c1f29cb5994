import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { DocumentsSlice } from '../documents';
import type { AuditExportRow } from './audit-export.repository';
import type { AuditExportService } from './audit-export.service';
import { AuditExport, AuditExportConnection, ExportAuditLogInput, type AuditExportStatus } from './audit-export.type';

@Resolver(() => AuditExport)
export class AuditExportResolver {
  constructor(
    private readonly service: AuditExportService,
    private readonly byId: (context: CoreContext) => DataLoader<string, AuditExport | null>,
    private readonly handOut: DocumentsSlice['handOut'],
  ) {}

  @Query(() => AuditExport, { nullable: true, description: 'The export of the audit log with this id; null when there is none that the caller may see.' })
  auditExport(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the export.' }) id: string): Promise<AuditExport | null> {
    return this.byId(context).load(id);
  }

  @Query(() => AuditExportConnection, { description: 'The exports of the audit log that the caller may see, newest first.' })
  async auditExports(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<AuditExport>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map(toAuditExport), page, ({ id }) => id);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Where to download the file, with no other credential and for five minutes; null until it is made, and for everybody but who asked for it. Asking this is audited.' })
  downloadUrl(@Root() { documentId, createdById }: AuditExport, @Ctx() { principal }: CoreContext): Promise<string | null> | null {
    return documentId === null || createdById !== principal.subject ? null : this.handOut(principal, documentId);
  }

  @Mutation(() => AuditExport, { description: 'Has a file of the organisation’s audit entries made, with what proves them. The file is kept for a week. Errors: BAD_USER_INPUT, FORBIDDEN (API keys cannot).' })
  async exportAuditLog(
    @Ctx() context: CoreContext,
    @Arg('input', () => ExportAuditLogInput, { description: 'Which entries.' }) input: ExportAuditLogInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<AuditExport> {
    const made = await this.byId(context).load(await this.service.start(context.principal, input, key));
    if (!made) throw new NotFoundError('The export');
    return made;
  }
}

export function toAuditExport({ status, treeSize, organizationId: _organizationId, knownSizes: _knownSizes, ...row }: AuditExportRow): AuditExport {
  return Object.assign(new AuditExport(), row, { status: status as AuditExportStatus, treeSize: treeSize === null ? null : Number(treeSize) });
}
