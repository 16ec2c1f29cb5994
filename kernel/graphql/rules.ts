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

function refusal(principal: Principal, permission: string): Error {
  return principal.subject === 'anonymous' ? notSignedIn() : new ForbiddenError(permission);
}

function notSignedIn(): Error {
  return new AppError('UNAUTHENTICATED', 'Sign in first.');
}
