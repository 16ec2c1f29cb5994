import { createPool, migrate, newId } from '#kernel/db';
import { join } from 'node:path';
import { createDatabase, transaction, type CoreDatabase } from '../../subgraphs/core/database';
import { DuplicateRepository, runSearch } from '../../subgraphs/core/duplicates';
import { startSearch } from '../../subgraphs/core/duplicates/run';
import { createTestProtectedData } from '../../subgraphs/core/testing/slices';
import { createTestDatabase } from '../../tests/kit/database';
import { registerCrowd } from '../crowd';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { MISTAKES, crowdOf } from './people';

const CHUNK = 2000;
const NEWCOMERS = 100;

/** How long it takes to find who is registered twice among so many, and how many of them are found. */
export async function measureDuplicates(root: string, count: number): Promise<Report> {
  const database = await createTestDatabase('empty');
  await migrate(database.url, join(root, 'prisma/core/migrations'));
  const pool = createPool(database.url, { max: 4, name: 'bench' });
  const prisma = createDatabase(pool);
  try {
    const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'bench', name: 'Bench' } })).id;
    const protectedData = createTestProtectedData();
    const { people, twice } = crowdOf(count + NEWCOMERS);
    say(`duplicates: registering ${count.toLocaleString('en')} people`);
    const ids = await registerCrowd(prisma, protectedData, organizationId, people.slice(0, count));
    await pool.query('VACUUM ANALYZE beneficiary, beneficiary_identifier, audit_entry');
    say('duplicates: comparing everybody');
    const yardstick = await timed(() => pool.query('SELECT count(*) FROM (SELECT kind, blind_index FROM beneficiary_identifier GROUP BY kind, blind_index HAVING count(*) > 1) g'));
    const everybody = await search(prisma, organizationId, 'everybody');
    const found = await foundPairs(prisma, organizationId);
    const planted = [...twice].filter(([at]) => at < count).map(([at, { of, mistake }]) => ({ pair: [ids[of] ?? '', ids[at] ?? ''].sort().join(' '), mistake }));
    await prisma.$executeRaw`UPDATE duplicate_search SET last_seq = last_seq + 10000`;
    await registerCrowd(prisma, protectedData, organizationId, people.slice(count));
    say('duplicates: comparing newcomers');
    const newcomers = await search(prisma, organizationId, 'newcomers');
    const real = new Set(planted.map(({ pair }) => pair));
    const lines = [
      [`everybody (${count.toLocaleString('en')})`, everybody.seconds.toFixed(1), everybody.pairs.toLocaleString('en'), everybody.found.toLocaleString('en'), yardstick.toFixed(1), (everybody.seconds / yardstick).toFixed(1)],
      [`${NEWCOMERS} newcomers`, newcomers.seconds.toFixed(1), newcomers.pairs.toLocaleString('en'), newcomers.found.toLocaleString('en'), '', ''],
    ];
    const recall = MISTAKES.map((title, mistake) => {
      const some = planted.filter((one) => one.mistake === mistake);
      return [title, some.length.toLocaleString('en'), percent(some.filter(({ pair }) => found.has(pair)).length, some.length)];
    });
    const right = [...found].filter((pair) => real.has(pair)).length;
    return {
      title: 'Finding duplicates',
      blocks: [EXPLANATION, table(['Compared with everybody', 's', 'pairs looked at', 'found', 'GROUP BY s', 'times GROUP BY'], lines), table(['Registered twice, written', 'people', 'found'], recall), `Of what was found, ${percent(right, found.size)} was registered twice on purpose; the others are people who happen to have as much in common.`],
    };
  } finally {
    await prisma.$disconnect();
    await pool.end();
    await database.drop();
  }
}

const EXPLANATION = `People of villages: few names for many, three in ten use the phone of somebody else, four in ten have no government id, one in fifty is registered twice, with mistakes.
The worker compares everybody, and afterwards some newcomers with everybody. *GROUP BY*: one statement that groups all blind indexes, the least that any comparison has to do. The peer platform’s own
target for 131,072 people is 3 minutes.`;

async function search(prisma: CoreDatabase, organizationId: string, whom: 'everybody' | 'newcomers'): Promise<{ seconds: number; pairs: number; found: number }> {
  const repository = new DuplicateRepository(prisma);
  const id = await transaction(prisma, (tx) => startSearch(tx, organizationId, null, whom));
  const seconds = await timed(() => runSearch({ database: prisma, repository, chunk: CHUNK }, id));
  const done = await repository.findSearch(id);
  if (done?.status !== 'DONE') throw new Error('The search is not done.');
  return { seconds, pairs: done.pairs, found: done.found };
}

async function foundPairs(prisma: CoreDatabase, organizationId: string): Promise<Set<string>> {
  const rows = await prisma.duplicateCandidate.findMany({ where: { organizationId }, select: { lowId: true, highId: true } });
  return new Set(rows.map(({ lowId, highId }) => [lowId, highId].sort().join(' ')));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}
