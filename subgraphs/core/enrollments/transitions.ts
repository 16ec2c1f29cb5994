import type { EnrollmentRow } from './enrollment.repository';

type Status = EnrollmentRow['status'];

/** From where a person may go where. */
export const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  REGISTERED: ['VALIDATED', 'DECLINED', 'REMOVED'],
  VALIDATED: ['INCLUDED', 'DECLINED', 'REMOVED'],
  INCLUDED: ['PAUSED', 'COMPLETED', 'REMOVED'],
  PAUSED: ['INCLUDED', 'REMOVED'],
  DECLINED: [],
  COMPLETED: [],
  REMOVED: [],
};
