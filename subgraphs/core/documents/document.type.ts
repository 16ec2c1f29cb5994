import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum DocumentStatus {
  UPLOADING = 'UPLOADING',
  STORED = 'STORED',
  QUARANTINED = 'QUARANTINED',
  DELETED = 'DELETED',
}
registerEnumType(DocumentStatus, {
  name: 'DocumentStatus',
  description: 'Where a document stands.',
  valuesConfig: {
    UPLOADING: { description: 'Announced; its content is not whole yet.' },
    STORED: { description: 'Whole, checked and ready to be read.' },
    QUARANTINED: { description: 'Its content was refused and thrown away; `refusal` says why.' },
    DELETED: { description: 'Its content is gone; what is known of it stays for the audit log.' },
  },
});

export enum DocumentSensitivity {
  PUBLIC = 'PUBLIC',
  INTERNAL = 'INTERNAL',
  PERSONAL = 'PERSONAL',
}
registerEnumType(DocumentSensitivity, {
  name: 'DocumentSensitivity',
  description: 'How a document is kept.',
  valuesConfig: {
    PUBLIC: { description: 'May be published: it has an IPFS content id.' },
    INTERNAL: { description: 'For those who may read documents.' },
    PERSONAL: { description: 'Holds personal data: encrypted at rest, and for those who may also read personal data of beneficiaries.' },
  },
});

export enum DocumentRefusal {
  TYPE_NOT_ALLOWED = 'TYPE_NOT_ALLOWED',
  INFECTED = 'INFECTED',
}
registerEnumType(DocumentRefusal, {
  name: 'DocumentRefusal',
  description: 'Why the content of a document was refused.',
  valuesConfig: {
    TYPE_NOT_ALLOWED: { description: 'Its content is of no type that is taken here, whatever its name says.' },
    INFECTED: { description: 'The virus scanner found something.' },
  },
});

export enum DocumentScan {
  NONE = 'NONE',
  CLEAN = 'CLEAN',
  INFECTED = 'INFECTED',
}
registerEnumType(DocumentScan, {
  name: 'DocumentScan',
  description: 'What the virus scanner says.',
  valuesConfig: {
    NONE: { description: 'Nobody has looked: no scanner is configured.' },
    CLEAN: { description: 'It has found nothing.' },
    INFECTED: { description: 'It has found something: the content was thrown away.' },
  },
});

export enum DocumentTarget {
  USER = 'USER',
  VENDOR = 'VENDOR',
  PROJECT = 'PROJECT',
  BENEFICIARY = 'BENEFICIARY',
}
registerEnumType(DocumentTarget, { name: 'DocumentTarget', description: 'What a document may be about.' });

@ObjectType({ description: 'What a document is about.' })
export class DocumentLink {
  @Field(() => DocumentTarget, { description: 'What kind of thing it is about.' })
  targetType: DocumentTarget;

  @Field(() => ID, { description: 'The id of the user, vendor, project or beneficiary.' })
  targetId: string;
}

@ObjectType({ description: 'A file that the organisation keeps.' })
export class Document {
  @Field(() => ID, { description: 'The id of the document.' })
  id: string;

  @Field(() => ID, { nullable: true, description: 'The id of the project that it belongs to; null for the organisation as a whole.' })
  projectId: string | null;

  @Field(() => String, { description: 'What it is for, for example "agreement".' })
  kind: string;

  @Field(() => String, { description: 'The name of the file, made safe to save it under; of a personal document its kind and its ending, since names of files tell names of people.' })
  filename: string;

  @Field(() => String, { nullable: true, description: 'The media type that its content shows; null until it is stored.' })
  mediaType: string | null;

  @Field(() => Int, { description: 'How large it is, in bytes.' })
  size: number;

  @Field(() => DocumentScan, { nullable: true, description: 'What the virus scanner says; null until it was asked.' })
  scan: DocumentScan | null;

  @Field(() => String, { nullable: true, description: 'The SHA-256 of its content, in hexadecimal digits; null until it is stored, and for personal documents.' })
  sha256: string | null;

  @Field(() => String, { nullable: true, description: 'The IPFS content id (CIDv1) of a public document, as `ipfs add --cid-version=1` finds it; null for others.' })
  cid: string | null;

  @Field(() => DocumentSensitivity, { description: 'How it is kept.' })
  sensitivity: DocumentSensitivity;

  @Field(() => Boolean, { description: 'Whether its content is encrypted at rest.' })
  encrypted: boolean;

  @Field(() => DocumentStatus, { description: 'Where it stands.' })
  status: DocumentStatus;

  @Field(() => DocumentRefusal, { nullable: true, description: 'Why its content was refused; null when it was not.' })
  refusal: DocumentRefusal | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it will be deleted by itself; null for never.' })
  retainUntil: Date | null;

  @Field(() => [DocumentLink], { description: 'What it is about.' })
  links: DocumentLink[];

  @Field(() => DateTimeScalar, { description: 'When it was announced.' })
  createdAt: Date;
}

@ObjectType({ description: 'Where to upload the content of a document.' })
export class DocumentUpload {
  @Field(() => Document, { description: 'The document.' })
  document: Document;

  @Field(() => String, {
    nullable: true,
    description: 'Where to send the content, with no other credential: one PUT, or in resumable pieces by the tus 1.0 protocol (HEAD and PATCH). Null when there is nothing to upload any more.',
  })
  uploadUrl: string | null;

  @Field(() => DateTimeScalar, { description: 'Until when the address holds; repeat the request with the same key for a new one.' })
  expiresAt: Date;
}

export const DocumentConnection = connectionType('Document', () => Document);
