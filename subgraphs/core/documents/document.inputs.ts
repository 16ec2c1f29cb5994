import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '#kernel/graphql';
import { line } from '../beneficiaries';
import { impersonalFilename, safeFilename } from './content/filename';
import { DocumentSensitivity, DocumentStatus, DocumentTarget } from './document.type';

@InputType({ description: 'What a document is about.' })
export class DocumentLinkInput {
  @Field(() => DocumentTarget, { description: 'What kind of thing it is about.' })
  targetType: DocumentTarget;

  @Field(() => ID, { description: 'The id of the user, vendor, project or beneficiary, which the caller must be allowed to see.' })
  targetId: string;
}

@InputType({ description: 'A document to upload.' })
export class RequestUploadInput {
  @Field(() => String, { description: 'The name of the file: 1 to 500 characters. What is not safe in it is left out; of a personal document only its ending is kept.' })
  filename: string;

  @Field(() => String, { description: 'What it is for: lower-case words such as "agreement" or "id-card", up to 60 characters.' })
  kind: string;

  @Field(() => Int, { description: 'How large it is, in bytes.' })
  size: number;

  @Field(() => DocumentSensitivity, { description: 'How it is to be kept.' })
  sensitivity: DocumentSensitivity;

  @Field(() => ID, { nullable: true, description: 'The project that it belongs to; the organisation as a whole when left out.' })
  projectId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is to be deleted by itself; never when left out.' })
  retainUntil?: Date | null;
}

@InputType({ description: 'Which documents to list; what is left out does not narrow.' })
export class DocumentFilter {
  @Field(() => DocumentStatus, { nullable: true, description: 'Only documents that stand there. Left out: all but the deleted ones.' })
  status?: DocumentStatus | null;

  @Field(() => String, { nullable: true, description: 'Only documents for this.' })
  kind?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only documents of this project.' })
  projectId?: string | null;

  @Field(() => DocumentLinkInput, { nullable: true, description: 'Only documents about this.' })
  about?: DocumentLinkInput | null;
}

const kind = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words such as id-card').max(60, 'must be at most 60 characters');

export function uploadSchema(largest: number) {
  const input = z.object({
    filename: line(500).transform(safeFilename),
    kind,
    size: z.number().int().min(1, 'must not be empty').max(largest, `must be at most ${largest} bytes`),
    sensitivity: z.enum(DocumentSensitivity),
    projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
    retainUntil: z.date().refine((end) => end > new Date(), 'must be in the future').nullish().transform((end) => end ?? null),
  });
  return input.transform((document) => (document.sensitivity === 'PERSONAL' ? { ...document, filename: impersonalFilename(document.filename, document.kind) } : document));
}

export const linkSchema = z.object({ targetType: z.enum(DocumentTarget), targetId: z.uuid('must be an id') });

export const filterSchema = z.object({
  status: z.enum(DocumentStatus).nullish(),
  kind: kind.nullish(),
  projectId: z.uuid('must be an id').nullish(),
  about: linkSchema.nullish(),
});
