/** What was measured of one operation: by role, the ways to hold it that let its holder through. */
export interface MatrixRow {
  kind: string;
  field: string;
  cells: Readonly<Record<string, string>>;
}

const INTRODUCTION = `# Access matrix

Made by trying every operation of core, and of the service of a project (\`rfv…\`), as every role, for real: \`ACCESS_MATRIX=write npm test -- tests/access/matrix\`. Do not edit;
the same test fails when this page is not what it measures.

A letter says how a role must be held for its holder to get through: **O** in the whole organisation, **P** in the project that the
operation is about, **A** in the area that it is about; **·** not at all. \`nobody\` has not signed in, \`no role\` holds none.
Each operation is also tried beyond the border: by whoever holds the role in another organisation, another project, and the
neighbouring area whose name begins alike. Nobody got through there; the test fails if somebody does. What lies in no area (projects, users)
has no such border. The services of projects know nothing of areas: a role that is held in an area only opens nothing there.
`;

const TITLES: Readonly<Record<string, string>> = { query: 'Queries', mutation: 'Mutations', subscription: 'Subscriptions' };

/** The matrix as a page. */
export function tableOf(measured: readonly MatrixRow[], columns: readonly string[], proofs: Readonly<Record<string, string>>): string {
  const sections = Object.entries(TITLES).map(([kind, title]) => {
    const rows = measured.filter((row) => row.kind === kind).sort((a, b) => (a.field < b.field ? -1 : 1));
    const lines = rows.map(({ field, cells }) => `| \`${field}\` | ${columns.map((column) => cells[column] || '·').join(' | ')} |`);
    return [`## ${title}`, '', `| | ${columns.join(' | ')} |`, `|---|${columns.map(() => ':-:').join('|')}|`, ...lines].join('\n');
  });
  const proved = Object.entries(proofs).map(([field, proof]) => `| \`${field}\` | ${proof} |`);
  const open = ['## What asks for a proof instead of a role', '', 'Tried without it as an administrator: refused.', '', '| | What must be shown |', '|---|---|', ...proved].join('\n');
  return `${INTRODUCTION}\n${[...sections, open].join('\n\n')}\n`;
}
