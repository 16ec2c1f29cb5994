import type { RunningSystem } from './system';

/** What is where, who may log in, and a first query to paste. */
export function summary(system: RunningSystem): string {
  const lines = [
    '',
    `  GraphQL      ${system.urls.gateway}/graphql   (open it in a browser for GraphiQL)`,
    ...(system.urls.anvil ? [`  Chain        ${system.urls.anvil}`] : []),
    `  PostgreSQL   ${withoutPassword(system.adminDatabaseUrl)}`,
    `  State, logs  ${system.stateDir}`,
    ...listed('Projects', system.projects.map(({ name, type, id }) => `${type.padEnd(6)} ${id}  ${name}`)),
    ...listed('Logins', system.logins.map(({ role, email, password }) => `${role.padEnd(16)} ${email.padEnd(32)} ${password}`)),
    ...(system.firstQuery ? ['', '  A first query, as admin (the token lasts 15 minutes)', '', system.firstQuery.command, '', `  → ${system.firstQuery.answer}`] : []),
    '',
    '  Ctrl-C stops everything; the data stays.',
  ];
  return lines.join('\n');
}

function listed(title: string, items: string[]): string[] {
  return items.length > 0 ? ['', `  ${title}`, ...items.map((item) => `    ${item}`)] : [];
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.toString();
}
