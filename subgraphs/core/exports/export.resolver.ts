import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { Document, type DocumentsSlice } from '../documents';
import type { ExportRow } from './export.repository';
import type { ExportService } from './export.service';
import { Export, ExportBeneficiariesInput, ExportConnection, type ExportFormat, type ExportPurpose, type ExportStatus } from './export.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

@Resolver(() => Export)
export class ExportResolver {
  constructor(
    private readonly service: ExportService,
    private readonly loaders: { byId: Loader<Export>; document: Loader<Document>; handOut: DocumentsSlice['handOut'] },
  ) {}

  @Query(() => Export, { nullable: true, description: 'The export with this id; null when there is none that the caller may see.' })
  export(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the export.' }) id: string): Promise<Export | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => ExportConnection, { description: 'The exports that the caller may see, newest first.' })
  async exports(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<Export>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map(toExport), page, ({ id }) => id);
  }

  @FieldResolver(() => Document, { nullable: true, description: 'The file; null until it is made, and for callers who may not see it.' })
  document(@Root() { documentId }: Export, @Ctx() context: CoreContext): Promise<Document | null> | null {
    return documentId === null ? null : this.loaders.document(context).load(documentId);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Where to download the file, with no other credential and for five minutes; null until it is made, and for everybody but who asked for it. Asking this is audited.' })
  downloadUrl(@Root() { documentId, createdById }: Export, @Ctx() { principal }: CoreContext): Promise<string | null> | null {
    return documentId === null || createdById !== principal.subject ? null : this.loaders.handOut(principal, documentId);
  }

  @Mutation(() => Export, { description: 'Has a file of people made, in the name of the caller: whom they may export, and what they may read of them. Errors: BAD_USER_INPUT, FORBIDDEN (API keys cannot).' })
  async exportBeneficiaries(
    @Ctx() context: CoreContext,
    @Arg('input', () => ExportBeneficiariesInput, { description: 'Whom, and how.' }) input: ExportBeneficiariesInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Export> {
    const made = await this.loaders.byId(context).load(await this.service.start(context.principal, input, key));
    if (!made) throw new NotFoundError('The export');
    return made;
  }
}

export function toExport({ id, createdById, personal, rows, withheld, documentId, failure, createdAt, endedAt, ...row }: ExportRow): Export {
  const states = { format: row.format as ExportFormat, purpose: row.purpose as ExportPurpose, status: row.status as ExportStatus };
  return Object.assign(new Export(), { id, createdById, personal, rows, withheld, documentId, failure, createdAt, endedAt, ...states });
}
