import { multiplierText } from '../multiplier';
import type { EnrollmentType } from './terms';
import type { EnrollmentRow, ProjectVendorRow } from './enrollment.repository';
import { Enrollment, ProjectVendor, type EnrollmentStatus, type ProjectVendorStatus } from './enrollment.type';

export function toEnrollment(row: EnrollmentRow): Enrollment {
  return Object.assign(new Enrollment(), { ...row, status: row.status as EnrollmentStatus, type: row.type as EnrollmentType, multiplier: multiplierText(row.multiplierHundredths) });
}

export function toProjectVendor(row: ProjectVendorRow): ProjectVendor {
  return Object.assign(new ProjectVendor(), { ...row, status: row.status as ProjectVendorStatus });
}
