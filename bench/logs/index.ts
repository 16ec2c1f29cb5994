import { createHash } from 'node:crypto';
import { createPool } from '#kernel/db';
import { startSystem } from '../../tests/kit/system';
import { ms, table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { median, percentile } from '../statistics';
import { openWire } from '../three-way/wire';
import { DAYS, PER_REQUEST, RARE, fillLogs } from './lines';

const ROUNDS = 300;
const WARM_UP = 20;
const PAGE = 50;
const QUERY = `query ($filter: LogFilter, $after: String) { logs(first: ${PAGE}, filter: $filter, after: $after) { edges { node { id at level room message projectId correlationId attributes } } pageInfo { endCursor } } }`;

interface Question {
  title: string;
  /** Something else in each round, where it can be. */
  filter: (round: number) => Record<string, unknown>;
}

/** How long it takes to find lines among many. */
export async function measureLogs(lines: number): Promise<Report> {
  const system = await startSystem();
  const pool = createPool(system.databaseUrl, { max: 2, name: 'bench' });
  const wire = openWire(`${system.urls.gateway}/graphql`, 1);
  try {
    const { rows: [organization] } = await pool.query<{ id: string }>('SELECT id FROM organization LIMIT 1');
    await fillLogs(pool, { organizationId: organization?.id ?? '', lines });
    const headers = { authorization: `Bearer ${await system.token('admin')}` };
    const ask = (filter: object, after: string | null = null) => wire.ask(QUERY, { filter, after }, headers) as Promise<{ logs: { pageInfo: { endCursor: string | null } } }>;
    const rows: Array<readonly string[]> = [];
    for (const { title, filter } of questions(lines)) {
      say(`logs: ${title}`);
      rows.push([title, ...(await timed((round) => ask(filter(round))))]);
    }
    let after: string | null = null;
    rows.push(['page after page, all days', ...(await timed(async () => void (after = (await ask({ from: daysAgo(DAYS) }, after)).logs.pageInfo.endCursor)))]);
    return { title: 'Finding lines of the log', blocks: [explanation(lines), table(['Asked for', 'p50 ms', 'p99 ms', 'most ms'], rows)] };
  } finally {
    await wire.close();
    await pool.end();
    await system.stop();
  }
}

function questions(lines: number): Question[] {
  const some = (round: number): number => (round * 7919 + 13) % lines;
  const all = daysAgo(DAYS);
  return [
    { title: 'the newest', filter: () => ({}) },
    { title: 'errors', filter: () => ({ level: 'ERROR' }) },
    { title: 'errors of one room', filter: () => ({ level: 'ERROR', room: 'chain' }) },
    { title: 'one project, all days', filter: (round) => ({ projectId: projectOf(round % 50), from: all }) },
    { title: 'one request, all days', filter: (round) => ({ correlationId: `request-${Math.floor(some(round) / PER_REQUEST)}` }) },
    { title: 'a word that one line has, all days', filter: (round) => ({ text: `rare${some(round) - (some(round) % RARE)}`, from: all }) },
    { title: 'a word that no line has, all days', filter: (round) => ({ text: `missing${round}`, from: all }) },
    { title: 'a word of each two-hundredth line', filter: (round) => ({ text: `word${round % 200}` }) },
    { title: 'the same, all days', filter: (round) => ({ text: `word${round % 200}`, from: all }) },
    { title: 'a word of every eighth line', filter: () => ({ text: 'resolver' }) },
    { title: 'two words and a level', filter: (round) => ({ text: `resolver word${round % 200}`, level: 'WARN' }) },
    { title: 'an hour of some day', filter: (round) => ({ from: daysAgo((round % (DAYS - 1)) + 0.5), to: daysAgo((round % (DAYS - 1)) + 0.5 - 1 / 24) }) },
  ];
}

function projectOf(n: number): string {
  return createHash('md5').update(`project ${n}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 3600_000).toISOString();
}

function explanation(lines: number): string {
  return `${lines.toLocaleString('en')} lines of ${DAYS} days, one partition for each day, of five rooms and fifty projects. Each question asks the gateway for ${PAGE} lines as an administrator, who sees both those of the
system and those of the organisation; one question at a time, ${ROUNDS} rounds after ${WARM_UP} that do not count. The last day, where nothing else is said.`;
}

async function timed(ask: (round: number) => Promise<unknown>): Promise<string[]> {
  const samples: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const start = performance.now();
    await ask(round + WARM_UP);
    if (round >= 0) samples.push(performance.now() - start);
  }
  return [ms(median(samples)), ms(percentile(samples, 0.99)), ms(Math.max(...samples))];
}
