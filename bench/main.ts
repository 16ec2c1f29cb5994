import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureAudit } from './audit';
import { measureBulkActions } from './bulk-actions';
import { measureDuplicates } from './duplicates';
import { measureEvents } from './events';
import { measureGoingLive } from './going-live';
import { measureImportReading } from './import-reading';
import { measureImports } from './imports';
import { measureLogs } from './logs';
import { machineFacts } from './machine';
import { readOptions, type BenchOptions, type Part } from './options';
import { measurePeopleSearch } from './people-search';
import { measurePermissions } from './permissions';
import { measureRecomposition } from './recomposition';
import { render, type Report } from './report';
import { measureSecurity } from './security';
import { measureThreeWay } from './three-way';

const ROOT = join(__dirname, '..', '..');

const MEASURES: Readonly<Record<Part, (options: BenchOptions) => Promise<Report>>> = {
  recomposition: ({ rounds }) => measureRecomposition(ROOT, rounds),
  permissions: () => measurePermissions(),
  security: () => measureSecurity(ROOT),
  'import-reading': () => measureImportReading(),
  imports: ({ rows }) => measureImports(ROOT, rows),
  'people-search': ({ people }) => measurePeopleSearch(people),
  duplicates: ({ crowd }) => measureDuplicates(ROOT, crowd),
  'bulk-actions': ({ bulk }) => measureBulkActions(ROOT, bulk),
  events: () => measureEvents(ROOT),
  audit: ({ leaves }) => measureAudit(ROOT, leaves),
  logs: ({ logLines }) => measureLogs(logLines),
  'three-way': ({ seconds }) => measureThreeWay(ROOT, seconds),
  'going-live': ({ projects }) => measureGoingLive(ROOT, projects),
};

const INTRODUCTION = `# Benchmarks

\`npm run bench -- --write\` wrote this page; no figure in it was typed by hand. \`npm run bench\` prints the same for your machine,
\`npm run bench -- --only going-live --projects 10\` a part of it. The command starts a PostgreSQL of its own on this machine, which does
not wait for the disk (or takes the server at \`TEST_DATABASE_ADMIN_URL\`), and a whole system of real processes. The load generator,
the database and all services share the cores that are named here: compare runs on one machine, not machines.`;

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const options = readOptions(args);
  const facts = machineFacts(['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '));
  console.log(`${facts}\n`);
  const reports: string[] = [];
  for (const part of options.parts) {
    const report = render(await MEASURES[part](options));
    console.log(`${report}\n`);
    reports.push(report);
  }
  if (options.write) writeFileSync(join(ROOT, 'docs/benchmarks.md'), `${[INTRODUCTION, facts, ...reports].join('\n\n')}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
});
