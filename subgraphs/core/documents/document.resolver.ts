import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { ContentAddresses } from './content/addresses';
import { DocumentFilter, DocumentLinkInput, RequestUploadInput } from './document.inputs';
import { toDocument } from './document.mapper';
import type { DocumentService, SeesTarget } from './document.service';
import { Document, DocumentConnection, DocumentStatus, DocumentUpload } from './document.type';

/** What the resolver needs beside the use cases. */
export interface DocumentResolverDeps {
  byId: (context: CoreContext) => DataLoader<string, Document | null>;
  sees: (context: CoreContext) => SeesTarget;
  addresses: ContentAddresses;
  /** Removes the content of a document that was deleted. Never throws. */
  remove: (id: string) => Promise<void>;
}

@Resolver(() => Document)
export class DocumentResolver {
  constructor(
    private readonly service: DocumentService,
    private readonly deps: DocumentResolverDeps,
  ) {}

  @Query(() => Document, { nullable: true, description: 'The document with this id; null when there is none that the caller may see.' })
  document(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the document.' }) id: string): Promise<Document | null> {
    return this.deps.byId(context).load(id);
  }

  @Query(() => DocumentConnection, { description: 'The documents that the caller may see, newest first.' })
  async documents(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => DocumentFilter, { nullable: true, description: 'Which documents to list.' }) filter?: DocumentFilter,
  ): Promise<Connection<Document>> {
    const page = pageRequest(args);
    const rows = await this.service.list(principal, filter, page);
    return toConnection(rows.map(toDocument), page, (document) => document.id);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Where to download the content, with no other credential and for five minutes; null unless it is stored. Asking this of a personal document is audited.' })
  async downloadUrl(@Root() document: Document, @Ctx() { principal }: CoreContext): Promise<string | null> {
    if (document.status !== DocumentStatus.STORED) return null;
    if (document.encrypted) await this.service.handedOut(principal, { id: document.id, organizationId: principal.organizationId ?? '', projectId: document.projectId });
    return this.deps.addresses.download(document.id);
  }

  @Mutation(() => DocumentUpload, { description: 'Announces a document and says where to upload its content. Errors: BAD_USER_INPUT, FORBIDDEN, NOT_FOUND (the project), IDEMPOTENCY_CONFLICT.' })
  async requestUpload(
    @Ctx() context: CoreContext,
    @Arg('input', () => RequestUploadInput, { description: 'The document.' }) input: RequestUploadInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<DocumentUpload> {
    const id = await this.service.request(context.principal, input, key, this.deps.sees(context));
    const { url, expiresAt } = this.deps.addresses.upload(id);
    const document = await this.shown(context, id);
    return Object.assign(new DocumentUpload(), { document, uploadUrl: document.status === DocumentStatus.UPLOADING ? url : null, expiresAt });
  }

  @Mutation(() => Document, { description: 'Says what a document is about. Errors: NOT_FOUND, BAD_USER_INPUT (about a beneficiary may only be a personal document), INVALID_TRANSITION.' })
  async linkDocument(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the document.' }) id: string,
    @Arg('target', () => DocumentLinkInput, { description: 'What it is about.' }) target: DocumentLinkInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Document> {
    return this.shown(context, await this.service.link(context.principal, id, target, key, this.deps.sees(context)));
  }

  @Mutation(() => Document, { description: 'Deletes the content of a document for good. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async deleteDocument(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the document.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Document> {
    await this.service.delete(context.principal, id, key);
    await this.deps.remove(id);
    return this.shown(context, id);
  }

  private async shown(context: CoreContext, id: string): Promise<Document> {
    const document = await this.deps.byId(context).clear(id).load(id);
    if (!document) throw new NotFoundError('The document');
    return document;
  }
}
