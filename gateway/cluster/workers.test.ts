import { join } from 'node:path';
import { artifactOf, createWorld, eventually, type World } from '../testing/world';
import { runProgram, type Program } from './testing/program';

// The built gateway, as it is started in production: run this with `npm test`, which builds it.
const GATEWAY = join(__dirname, '../../dist/gateway/main.js');
const WORKERS = 3;

let world: World;
let gateway: Program;

beforeEach(async () => {
  world = await createWorld();
  gateway = runProgram(GATEWAY, [], { ...world.environment, LOG_LEVEL: 'debug', GATEWAY_PORT: '0', GATEWAY_WORKERS: String(WORKERS), GATEWAY_ID: 'many' });
  await eventually(() => servedBy(1) === WORKERS && gateway.lines.filter(({ url }) => url).length === WORKERS, 20_000);
}, 30_000);
afterEach(async () => {
  await gateway.destroy();
  await world.stop();
});

/** How many workers have told core that they serve this version. */
function servedBy(version: number): number {
  return new Set(world.core.acks.flatMap((ack) => (ack.supergraphVersion === version ? [ack.gatewayId] : []))).size;
}

function publish(version: number): void {
  world.core.artifact = artifactOf(version, world.core.service.url);
  world.core.push();
}

interface Seen {
  answered: number;
  wrong: string[];
  cut: number;
}

interface Caller {
  seen: Seen;
  stop(): Promise<Seen>;
}

/** Asks over kept-alive connections, one question after the other, until told to stop. */
function askOnAndOn(token: string): Caller {
  const seen: Seen = { answered: 0, wrong: [], cut: 0 };
  const url = `${gateway.lines.find((line) => line.url)?.url ?? ''}/graphql`;
  let stopping = false;
  const asking = (async () => {
    while (!stopping) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: '{ whoami }' }),
          signal: AbortSignal.timeout(3000),
        });
        const text = await response.text();
        if (text === '{"data":{"whoami":"reader"}}') seen.answered += 1;
        else seen.wrong.push(text);
      } catch {
        seen.cut += 1;
      }
    }
  })();
  return {
    seen,
    stop: async () => {
      stopping = true;
      await asking;
      return seen;
    },
  };
}

describe('the gateway with several workers', () => {
  it('goes on answering when a worker is killed, and replaces it', async () => {
    const token = await world.core.token('reader');
    const callers = Array.from({ length: 6 }, () => askOnAndOn(token));
    await eventually(() => callers.every(({ seen }) => seen.answered > 0));
    const killed = gateway.pids().get(2) ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(() => gateway.pids().get(2) !== killed);
    const before = world.core.acks.length;
    await eventually(() => world.core.acks.slice(before).some(({ gatewayId }) => gatewayId === 'many-2'), 10_000);
    const seen = await Promise.all(callers.map((caller) => caller.stop()));
    expect(seen.flatMap(({ wrong }) => wrong)).toEqual([]);
    // Only what the killed worker had in hand is lost: one question of each caller at most.
    expect(Math.max(...seen.map(({ cut }) => cut))).toBeLessThanOrEqual(1);
  }, 30_000);

  it('swaps in turn while it answers, and tells core of each worker', async () => {
    const caller = askOnAndOn(await world.core.token('reader'));
    publish(2);
    await eventually(() => servedBy(2) === WORKERS, 20_000);
    const { answered, wrong, cut } = await caller.stop();
    expect({ wrong, cut }).toEqual({ wrong: [], cut: 0 });
    expect(answered).toBeGreaterThan(0);
    const turns = gateway.lines.filter(({ msg }) => msg === 'a worker takes its turn to swap').map(({ worker }) => worker);
    expect(turns.slice(WORKERS).sort()).toEqual([1, 2, 3]);
  }, 30_000);

  it('ends in good order when it is told to', async () => {
    gateway.process.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
  });
});
