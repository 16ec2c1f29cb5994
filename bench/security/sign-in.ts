import { createPool, newId } from '#kernel/db';
import { hashPassword, passwordMatches } from '../../subgraphs/core/auth/passwords/password-hash';
import { createDatabase } from '../../subgraphs/core/database';
import { startSystem, type TestSystem } from '../../tests/kit/system';
import { say } from '../progress';
import { median, percentile } from '../statistics';
import { perAnswer, processorTimes } from '../three-way/cpu';
import { openWire, type Wire } from '../three-way/wire';

/** How fast one way into a session is, with so many at a time. */
export interface SignIns {
  what: string;
  atATime: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Processor time for each in ms, by process. */
  cpu: Readonly<Record<string, number>>;
}

export interface SignInFindings {
  signIns: readonly SignIns[];
  /** One comparison of a password with its hash, alone, in ms. */
  hashMs: number;
}

const AT_A_TIME = [1, 10];
const FOR_MS = 4000;
const WARM_UP_MS = 500;
const PASSWORD = 'correct horse battery staple';
const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken refreshToken } }';
const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';

/** Through the public door of a whole system, each asker with an account of its own: attempts on one account are slowed down. */
export async function signInThroughput(): Promise<SignInFindings> {
  say('security: starting a system');
  const system = await startSystem({ seed: false });
  const wire = openWire(`${system.urls.gateway}/graphql`, Math.max(...AT_A_TIME));
  try {
    const emails = await createAccounts(system);
    const signIns: SignIns[] = [];
    for (const atATime of AT_A_TIME) {
      const some = emails.slice(0, atATime);
      signIns.push(await measure(system, 'password', some.map((email) => async () => void (await signIn(wire, email)))));
      signIns.push(await measure(system, 'refresh', await Promise.all(some.map((email) => refresher(wire, email)))));
      say(`security: ${atATime} at a time done`);
    }
    return { signIns, hashMs: await oneHash() };
  } finally {
    await wire.close();
    await system.stop();
  }
}

async function createAccounts(system: TestSystem): Promise<string[]> {
  const pool = createPool(system.databaseUrl, { max: 2, name: 'bench' });
  const database = createDatabase(pool);
  try {
    const { id: organizationId } = await database.organization.create({ data: { id: newId(), slug: 'bench', name: 'Bench' } });
    const passwordHash = await hashPassword(PASSWORD);
    const users = Array.from({ length: Math.max(...AT_A_TIME) }, (_, index) => ({ id: newId(), organizationId, displayName: 'Asker', email: `asker${index}@bench.example`, passwordHash }));
    await database.user.createMany({ data: users });
    return users.map(({ email }) => email);
  } finally {
    await database.$disconnect();
    await pool.end();
  }
}

interface Tokens {
  refreshToken: string;
}

async function signIn(wire: Wire, email: string): Promise<Tokens> {
  return (await wire.ask(LOGIN, { email, password: PASSWORD }, {})).login as Tokens;
}

/** Each refresh is of the token that the one before gave. */
async function refresher(wire: Wire, email: string): Promise<() => Promise<void>> {
  let { refreshToken: token } = await signIn(wire, email);
  return async () => {
    ({ refreshToken: token } = (await wire.ask(REFRESH, { token }, {})).refreshSession as Tokens);
  };
}

async function measure(system: TestSystem, what: string, askers: ReadonlyArray<() => Promise<void>>): Promise<SignIns> {
  await loop(askers, WARM_UP_MS);
  const { gateway = 0, core = 0 } = await system.pids();
  const before = processorTimes({ gateway, core });
  const { latencies, elapsedMs } = await loop(askers, FOR_MS);
  const cpu = perAnswer(before, processorTimes({ gateway, core }), latencies.length);
  return { what, atATime: askers.length, perSecond: (latencies.length / elapsedMs) * 1000, p50: median(latencies), p99: percentile(latencies, 0.99), cpu };
}

/** A closed loop; whatever fails ends the run. */
async function loop(askers: ReadonlyArray<() => Promise<void>>, forMs: number): Promise<{ latencies: number[]; elapsedMs: number }> {
  const began = performance.now();
  const latencies: number[] = [];
  const asking = async (ask: () => Promise<void>): Promise<void> => {
    for (let now = began; now - began < forMs; now = performance.now()) {
      const from = performance.now();
      await ask();
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(askers.map(asking));
  return { latencies, elapsedMs: performance.now() - began };
}

async function oneHash(): Promise<number> {
  const hash = await hashPassword(PASSWORD);
  const times: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const from = performance.now();
    await passwordMatches(hash, PASSWORD);
    times.push(performance.now() - from);
  }
  return median(times);
}
