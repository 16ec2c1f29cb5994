import { holds, type Principal } from '#kernel/auth';
import { AppError, BadInputError, ForbiddenError } from '#kernel/errors';

/** Header by which a client asks how its operation is run: `plan`, `trace`, or both, separated by a comma. */
export const EXPLAIN_HEADER = 'x-rahat-explain';
const PERMISSION = 'operation:explain';
const WORDS = ['plan', 'trace'];

/** What a client wants to know of its operation. */
export interface Asked {
  plan: boolean;
  trace: boolean;
}

/**
 * Reads the header. Whoever may not ask is told so, rather than answered without: it is no secret that there are plans, and to find nothing
 * where one looks would only send one looking for a fault.
 * @throws BadInputError for other words; UNAUTHENTICATED, FORBIDDEN for those who lack `operation:explain` in the organisation.
 */
export function readAsked(header: string | readonly string[], principal: Principal): Asked {
  const words = String(header).split(',').map((word) => word.trim().toLowerCase());
  if (words.some((word) => !WORDS.includes(word))) throw new BadInputError(EXPLAIN_HEADER, 'must be plan, trace, or both with a comma between');
  if (principal.subject === 'anonymous') throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  if (!holds(principal, PERMISSION)) throw new ForbiddenError(PERMISSION);
  return { plan: words.includes('plan'), trace: words.includes('trace') };
}
