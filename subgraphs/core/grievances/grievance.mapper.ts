import { holdsAt, type Principal } from '#kernel/auth';
import type { GrievanceRow, GrievanceStepRow } from './grievance.repository';
import { Grievance, GrievanceStep, type GrievancePriority, type GrievanceStatus, type GrievanceType } from './grievance.type';

export function toGrievance(row: GrievanceRow): Grievance {
  return Object.assign(new Grievance(), { ...row, type: row.type as GrievanceType, priority: row.priority as GrievancePriority, status: row.status as GrievanceStatus });
}

export function toGrievanceStep(row: GrievanceStepRow, text: string | null): GrievanceStep {
  const { id, grievanceId, assigneeId, actorId, at } = row;
  return Object.assign(new GrievanceStep(), { id, grievanceId, assigneeId, actorId, at, text, priority: row.priority as GrievancePriority, status: row.status as GrievanceStatus });
}

/** Words may name people: they are for those who may read personal data there, and for who filed the grievance or takes care of it. */
export function mayReadWords(principal: Principal, { areaCode, projectId, filedById, assigneeId }: Grievance): boolean {
  const place = projectId === null ? { area: areaCode } : { area: areaCode, projectId };
  return [filedById, assigneeId].includes(principal.subject) || holdsAt(principal, 'beneficiary:read-pii', place);
}
