import { rule } from 'graphql-shield';
import { holds, type Principal } from '#kernel/auth';
import { AppError, ForbiddenError } from '#kernel/errors';

interface WithPrincipal {
  principal: Principal;
}

/** Admits whoever has signed in. */
export const authenticated = rule('authenticated', { cache: 'contextual' })((_parent, _args, context: WithPrincipal) =>
  context.principal.subject === 'anonymous' ? new AppError('UNAUTHENTICATED', 'Sign in first.') : true,
);

/** Admits whoever holds a permission in the whole organisation. */
export function requires(permission: string): ReturnType<ReturnType<typeof rule>> {
  return rule(`requires ${permission}`, { cache: 'contextual' })((_parent, _args, context: WithPrincipal) =>
    admit(context, holds(context.principal, permission), permission),
  );
}

/** Admits whoever holds a permission in the organisation or in at least one project; the repository narrows what is seen. */
export function requiresSomewhere(permission: string): ReturnType<ReturnType<typeof rule>> {
  return rule(`requires ${permission} somewhere`, { cache: 'contextual' })((_parent, _args, context: WithPrincipal) => {
    const { principal } = context;
    const granted = holds(principal, permission) || Object.values(principal.projectPermissions).some((list) => list.includes(permission));
    return admit(context, granted, permission);
  });
}

function admit(context: WithPrincipal, granted: boolean, permission: string): true | Error {
  if (granted) return true;
  return context.principal.subject === 'anonymous' ? new AppError('UNAUTHENTICATED', 'Sign in first.') : new ForbiddenError(permission);
}
