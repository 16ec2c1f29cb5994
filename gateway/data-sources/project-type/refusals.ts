import type { ErrorCode } from '#kernel/errors';

/** A coded error before it has a place in an answer. */
export interface Refusal {
  message: string;
  extensions: { code: ErrorCode } & Record<string, unknown>;
}

/** The same words for a project that does not exist and for one that the caller may not know of. */
export const PROJECT_NOT_FOUND: Refusal = { message: 'The project was not found.', extensions: { code: 'NOT_FOUND' } };

export function projectUnavailable(projectId: string, status: string): Refusal {
  return { message: 'The service of this project does not answer now.', extensions: { code: 'PROJECT_UNAVAILABLE', projectId, status } };
}

export function projectClosed(projectId: string, status: string): Refusal {
  return { message: 'The project is closed; its service no longer runs.', extensions: { code: 'PROJECT_CLOSED', projectId, status } };
}

export function outcomeUnknown(projectId: string): Refusal {
  return {
    message: 'The change was sent, but no answer came. Repeat it with the same idempotency key.',
    extensions: { code: 'OUTCOME_UNKNOWN', projectId },
  };
}

/** `what` in words, for example `the argument area of Query.rfvVouchers`. */
export function notInVersion(projectId: string, what: string): Refusal {
  return {
    message: `The version of this project's service does not have ${what} yet.`,
    extensions: { code: 'FIELD_NOT_IN_VERSION', projectId },
  };
}

export function projectIdMissing(argument: string): Refusal {
  return { message: `${argument}: must name a project`, extensions: { code: 'BAD_USER_INPUT', field: argument } };
}
