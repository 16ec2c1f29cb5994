import type { ErrorCode } from './catalogue';

/**
 * An expected failure: shown to the client with its code. Everything else is masked.
 * `details` goes to the client as GraphQL `extensions` and must not hold personal data.
 */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** An input value is not acceptable. `field` is the path of the input, for example `input.budgetMinor`. */
export class BadInputError extends AppError {
  constructor(field: string, message: string) {
    super('BAD_USER_INPUT', `${field}: ${message}`, { field });
  }
}

/** The same words for what does not exist and for what the caller may not see (one must not be told from the other). */
export class NotFoundError extends AppError {
  constructor(what: string) {
    super('NOT_FOUND', `${what} was not found.`);
  }
}

/** The caller lacks a permission. The permission is named so that an administrator knows what to grant. */
export class ForbiddenError extends AppError {
  constructor(permission?: string) {
    super('FORBIDDEN', permission ? `This needs the permission ${permission}.` : 'This is not allowed.', permission ? { permission } : {});
  }
}

/** The change contradicts what is stored. */
export class ConflictError extends AppError {
  constructor(field: string, message: string) {
    super('CONFLICT', `${field}: ${message}`, { field });
  }
}

/** Asserts what must be true if the code is right; a failure is a bug and is masked for clients. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
