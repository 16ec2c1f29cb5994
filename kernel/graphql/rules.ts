import { rule } from 'graphql-shield';
import { holds, holdsSomewhere, type Principal } from '#kernel/auth';
import { AppError, ForbiddenError } from '#kernel/errors';

interface WithPrincipal {
  principal: Principal;
}

type Rule = ReturnType<ReturnType<typeof rule>>;

// graphql-shield tells rules apart by name and refuses two of one name: each is made once.
const made = new Map<string, Rule>();

function ruleOf(name: string, admits: (principal: Principal) => true | Error): Rule {
  const known = made.get(name) ?? rule(name, { cache: 'contextual' })((_parent, _args, { principal }: WithPrincipal) => admits(principal));
  made.set(name, known);
  return known;
}

/** Admits whoever has signed in. */
export const authenticated = ruleOf('authenticated', (principal) => (principal.subject === 'anonymous' ? notSignedIn() : true));

/** Admits whoever holds a permission in the whole organisation. */
export function requires(permission: string): Rule {
  return ruleOf(`requires ${permission}`, (principal) => holds(principal, permission) || refusal(principal, permission));
}

/** Admits whoever holds a permission in the organisation, in a project or in an area; the repository narrows what is seen. */
export function requiresSomewhere(permission: string): Rule {
  return ruleOf(`requires ${permission} somewhere`, (principal) => holdsSomewhere(principal, permission) || refusal(principal, permission));
}

const RECENT_MINUTES = 10;

/**
 * Admits whoever has proved who they are within the last ten minutes, by signing in or by `stepUp`: for what must not be done with a
 * stolen access token or at an unlocked desk. Combine it with a permission: `and(requires('payment:approve'), recentlyVerified)`.
 */
export const recentlyVerified = ruleOf('recently verified', recentProof);

/** As {@link recentlyVerified}, and the session must have been proved with a second factor: for money. */
export const recentlyVerifiedTwice = ruleOf('recently verified with a second factor', (principal) => {
  const recent = recentProof(principal);
  if (recent !== true || principal.secondFactor) return recent;
  return new AppError('STEP_UP_REQUIRED', 'This needs a second factor: enrol one, or call stepUp with its code.');
});

function recentProof(principal: Principal): true | Error {
  if (principal.subject === 'anonymous') return notSignedIn();
  const age = Date.now() / 1000 - (principal.authenticatedAt ?? -Infinity);
  return age <= RECENT_MINUTES * 60 || new AppError('STEP_UP_REQUIRED', 'Prove again who you are: call stepUp, then repeat this with the new access token.');
}

function refusal(principal: Principal, permission: string): Error {
  return principal.subject === 'anonymous' ? notSignedIn() : new ForbiddenError(permission);
}

function notSignedIn(): Error {
  return new AppError('UNAUTHENTICATED', 'Sign in first.');
}
