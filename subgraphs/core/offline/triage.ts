import { holdsAt, type Principal } from '#kernel/auth';
import { AppError, parseInput } from '#kernel/errors';
import { registerSchema, type Registration } from '../beneficiaries';
import { areaPath } from '../area-path';
import type { ConflictRow, KnownRegistration } from './offline.repository';
import type { OfflineItem } from './signed-batch';

const FIELDS = new Set(Object.keys(registerSchema.in.shape));
/** How the registrar names what it refuses; parts of it that a device made up are not repeated. */
const REFUSED = /^items\.(\d+)\.(registration(?:\.[\w-]{1,60}){0,4})$/;

/** Why an item cannot be taken as it is, without values. */
export interface Trouble {
  kind: ConflictRow['kind'];
  problem: string;
  /** Whom it collides with, where that is known. */
  beneficiaryId: string | null;
}

/** What is to become of an item. */
export type Decision =
  | { becomes: 'KNOWN'; beneficiaryId: string }
  | { becomes: 'REGISTERED'; person: Registration }
  | { becomes: 'CONFLICT'; trouble: Trouble }
  | { becomes: 'KNOWN_CONFLICT'; id: string; kind: ConflictRow['kind'] }
  /** The same content as an item before it in the batch: whatever becomes of that. */
  | { becomes: 'AS'; index: number };

export interface Arrival {
  item: OfflineItem;
  /** Fingerprint of client id and registration. */
  content: string;
}

export interface Surroundings {
  principal: Principal;
  known: ReadonlyMap<string, KnownRegistration>;
  conflicts: ReadonlyMap<string, { id: string; kind: ConflictRow['kind'] }>;
}

/** Decides on each item, in order, by what is known and what came before it. Whether a reference is taken, the database says later. */
export function triage(arrivals: readonly Arrival[], around: Surroundings): Decision[] {
  const first = new Map<string, { index: number; content: string }>();
  return arrivals.map(({ item, content }, index) => {
    const earlier = first.get(item.clientId);
    if (!earlier) first.set(item.clientId, { index, content });
    if (earlier?.content === content) return { becomes: 'AS', index: earlier.index };
    return decide(item, content, { ...around, reused: earlier !== undefined });
  });
}

function decide(item: OfflineItem, content: string, { principal, known, conflicts, reused }: Surroundings & { reused: boolean }): Decision {
  const before = known.get(item.clientId);
  if (before?.fingerprint === content) return { becomes: 'KNOWN', beneficiaryId: before.beneficiaryId };
  const conflict = conflicts.get(`${item.clientId} ${content}`);
  if (conflict) return { becomes: 'KNOWN_CONFLICT', ...conflict };
  if (before) return before.changed ? trouble('PERSON_CHANGED', 'clientId: stands for a person who was changed since', before.beneficiaryId) : trouble('CLIENT_ID_REUSED', 'clientId: stands for other content', before.beneficiaryId);
  if (reused) return trouble('CLIENT_ID_REUSED', 'clientId: stands for other content');
  const read = readRegistration(item.registration);
  if ('problem' in read) return trouble('INVALID', read.problem);
  if (!holdsAt(principal, 'beneficiary:write', { area: read.person.areaCode })) return trouble('OUT_OF_REACH', 'registration.areaCode: is no area in which the field worker may register people');
  return { becomes: 'REGISTERED', person: read.person };
}

/** A registration out of what a device said, or what is wrong with it, by field and without values. */
export function readRegistration(said: Record<string, unknown>): { person: Registration } | { problem: string } {
  const unknown = Object.keys(said).find((field) => !FIELDS.has(field));
  // The name of a field that nobody knows might be anything: it is not repeated.
  if (unknown !== undefined) return { problem: 'registration: has a field that registrations do not have' };
  try {
    return { person: parseInput(registerSchema, said, 'registration') };
  } catch (error) {
    if (error instanceof AppError) return { problem: error.message };
    throw error;
  }
}

/** Which item the registrar refused (called `items.<n>.registration`) and why; null when it failed for another reason. */
export function refusalOf(error: unknown): { index: number; trouble: Trouble } | null {
  if (!(error instanceof AppError) || (error.code !== 'CONFLICT' && error.code !== 'BAD_USER_INPUT')) return null;
  const field = String(error.details.field);
  const index = Number(/^items\.(\d+)\.registration\b/.exec(field)?.[1] ?? Number.NaN);
  if (Number.isNaN(index)) return null;
  const [, , named] = REFUSED.exec(field) ?? [];
  const problem = named === undefined ? 'registration: is not acceptable' : `${named}${error.message.startsWith(field) ? error.message.slice(field.length) : ': is not acceptable'}`;
  return { index, trouble: { kind: error.code === 'CONFLICT' ? 'TAKEN' : 'INVALID', problem, beneficiaryId: null } };
}

/** The area that a registration names, where that is a path. */
export function areaOf({ registration }: OfflineItem): string | null {
  const parsed = areaPath.safeParse(registration.areaCode);
  return parsed.success ? parsed.data : null;
}

function trouble(kind: Trouble['kind'], problem: string, beneficiaryId: string | null = null): Decision {
  return { becomes: 'CONFLICT', trouble: { kind, problem, beneficiaryId } };
}
