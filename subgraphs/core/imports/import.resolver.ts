import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Principal } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { Document } from '../documents';
import { Project } from '../projects';
import { ImportDecision, RemapImportInput, StartImportInput } from './import.inputs';
import { toImportBatch, toImportRow } from './import.mapper';
import type { ImportRepository, RowCounts } from './import.repository';
import type { ImportService } from './import.service';
import { ImportBatch, ImportBatchConnection, ImportCounts, ImportProgress, ImportRow, ImportRowConnection, ImportRowStatus, ImportStatus } from './import.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T>;

/** What the resolver needs beside the use cases. */
export interface ImportResolverDeps {
  byId: Loader<ImportBatch | null>;
  counts: Loader<RowCounts>;
  document: Loader<Document | null>;
  project: Loader<Project | null>;
  beneficiary: Loader<Beneficiary | null>;
  repository: Pick<ImportRepository, 'rows'>;
  /** Makes the document of bad rows. */
  report(principal: Principal, id: string): Promise<string>;
}

const GONE_ON: ReadonlySet<ImportStatus> = new Set([ImportStatus.VALIDATING, ImportStatus.COMMITTING]);

@Resolver(() => ImportBatch)
export class ImportResolver {
  constructor(
    private readonly service: ImportService,
    private readonly deps: ImportResolverDeps,
  ) {}

  @Query(() => ImportBatch, { nullable: true, description: 'The import with this id; null when there is none that the caller may see.' })
  importBatch(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the import.' }) id: string): Promise<ImportBatch | null> {
    return this.deps.byId(context).load(id);
  }

  @Query(() => ImportBatchConnection, { description: 'The imports that the caller may see, newest first.' })
  async importBatches(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<ImportBatch>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map(toImportBatch), page, (batch) => batch.id);
  }

  @FieldResolver(() => ImportCounts, { description: 'How many rows stand where.' })
  async counts(@Root() { id, total }: ImportBatch, @Ctx() context: CoreContext): Promise<ImportCounts> {
    const { VALID, INVALID, DUPLICATE, SKIPPED, COMMITTED, TO_UPDATE, UPDATED } = await this.deps.counts(context).load(id);
    return { total, valid: VALID, invalid: INVALID, duplicate: DUPLICATE, skipped: SKIPPED, committed: COMMITTED, toUpdate: TO_UPDATE, updated: UPDATED };
  }

  @FieldResolver(() => ImportProgress, { description: 'How far the present phase is.' })
  progress(@Root() { status, cursor, total }: ImportBatch): ImportProgress {
    // Rows are counted from the header on, which is row 1.
    const done = GONE_ON.has(status) ? Math.min(Math.max(0, cursor - 1), total) : total;
    const unread = status === ImportStatus.RECEIVED || status === ImportStatus.READING;
    return { phase: status, done: unread ? 0 : done, total: unread ? null : total };
  }

  @FieldResolver(() => ImportRowConnection, { description: 'What was found out about the rows, in order.' })
  async rows(
    @Root() { id }: ImportBatch,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => ImportRowStatus, { nullable: true, description: 'Only rows that stand there.' }) status?: ImportRowStatus | null,
  ): Promise<Connection<ImportRow>> {
    const page = pageRequest(args);
    return toConnection((await this.deps.repository.rows(id, status ?? null, page)).map(toImportRow), page, ({ row }) => String(row));
  }

  @FieldResolver(() => Document, { nullable: true, description: 'The file; null when the caller may not see it, or it is gone.' })
  document(@Root() { documentId }: ImportBatch, @Ctx() context: CoreContext): Promise<Document | null> {
    return this.deps.document(context).load(documentId);
  }

  @FieldResolver(() => Project, { nullable: true, description: 'The project in which the people are enrolled; null for none, and for one that the caller may not see.' })
  project(@Root() { projectId }: ImportBatch, @Ctx() context: CoreContext): Promise<Project | null> | null {
    return projectId === null ? null : this.deps.project(context).load(projectId);
  }

  @Mutation(() => ImportBatch, { description: 'Starts an import: the file is read and checked, then waits for review. The same file with the same settings is the same import. Errors: BAD_USER_INPUT, FORBIDDEN.' })
  async startImport(
    @Ctx() context: CoreContext,
    @Arg('input', () => StartImportInput, { description: 'The file, and how to read it.' }) input: StartImportInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ImportBatch> {
    const sees = { document: (id: string) => this.deps.document(context).load(id), project: (id: string) => this.deps.project(context).load(id) };
    return this.shown(context, await this.service.start(context.principal, input, sees, key));
  }

  @Mutation(() => ImportBatch, { description: 'Reads the file of an import in review anew, with other columns or settings. Errors: NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT, CONFLICT (another import reads it so).' })
  async remapImport(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the import.' }) id: string,
    @Arg('input', () => RemapImportInput, { description: 'What changes.' }) input: RemapImportInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ImportBatch> {
    return this.shown(context, await this.service.remap(context.principal, id, input, key));
  }

  @Mutation(() => ImportBatch, { description: 'Decides what becomes of rows. Errors: NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT.' })
  async decideImportRows(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the import.' }) id: string,
    @Arg('decision', () => ImportDecision, { description: 'What becomes of them.' }) decision: ImportDecision,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('rows', () => [Int], { nullable: true, description: 'Row numbers, at most 1,000; all rows that are DUPLICATE, and for which the decision is possible, when left out.' }) rows?: number[] | null,
  ): Promise<ImportBatch> {
    return this.shown(context, await this.service.decide(context.principal, id, rows, decision, key));
  }

  @Mutation(() => ImportBatch, { description: 'Registers the valid rows, changes the people whom other rows are to change, puts them into the households that their rows name, and enrols them when the import names a project. Errors: NOT_FOUND, INVALID_TRANSITION, FORBIDDEN.' })
  async commitImport(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the import.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ImportBatch> {
    return this.shown(context, await this.service.commit(context.principal, id, key));
  }

  @Mutation(() => ImportBatch, { description: 'Registers nothing of an import. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async refuseImport(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the import.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ImportBatch> {
    return this.shown(context, await this.service.refuse(context.principal, id, key));
  }

  @Mutation(() => Document, { description: 'Makes a CSV of the rows that were not registered, each with what is wrong and what to do. It is personal and kept for a week; a repeat makes another one. Errors: NOT_FOUND, INVALID_TRANSITION (no row has a problem).' })
  async reportImportErrors(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the import.' }) id: string): Promise<Document> {
    if (!(await this.deps.byId(context).load(id))) throw new NotFoundError('The import');
    const document = await this.deps.document(context).load(await this.deps.report(context.principal, id));
    if (!document) throw new NotFoundError('The document');
    return document;
  }

  private async shown(context: CoreContext, id: string): Promise<ImportBatch> {
    this.deps.counts(context).clear(id);
    const batch = await this.deps.byId(context).clear(id).load(id);
    if (!batch) throw new NotFoundError('The import');
    return batch;
  }
}

@Resolver(() => ImportRow)
export class ImportRowFields {
  constructor(private readonly beneficiary: Loader<Beneficiary | null>) {}

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The person that the row became; null until it is committed, and for callers who may not see them.' })
  person(@Root() { beneficiaryId }: ImportRow, @Ctx() context: CoreContext): Promise<Beneficiary | null> | null {
    return beneficiaryId === null ? null : this.beneficiary(context).load(beneficiaryId);
  }
}
