import type { AttributeType as StoredType } from '../../../generated/prisma/core/client';

/** One thing that may be chosen. */
export interface AttributeOption {
  value: string;
  /** Language (BCP 47) → text. */
  label: Record<string, string>;
}

/** One version of how values under a key are checked and shown. */
export interface Definition {
  id: string;
  organizationId: string;
  /** Counts in this project, before what the organisation says of the key; null: counts everywhere. */
  projectId: string | null;
  key: string;
  version: number;
  label: Record<string, string>;
  type: StoredType;
  required: boolean;
  options: AttributeOption[];
  /** RE2; the whole value must match. */
  pattern: string | null;
  isPersonal: boolean;
  active: boolean;
  createdAt: Date;
}

/** What counts, out of the current definitions of an organisation and of at most one of its projects: those of the project go first. */
export function effective(definitions: readonly Definition[]): Map<string, Definition> {
  const ordered = [...definitions].sort((a, b) => Number(a.projectId !== null) - Number(b.projectId !== null));
  return new Map(ordered.map((definition) => [definition.key, definition]));
}
