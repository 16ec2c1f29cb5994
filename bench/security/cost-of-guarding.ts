import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { createAccessTokens, type AccessTokens } from '../../subgraphs/core/sessions/access-tokens';
import { createComposer } from '../../subgraphs/core/supergraph/composition';
import { startServer, type ServerProcess } from '../gateway/server-process';
import { say } from '../progress';
import { artifactOf, compose } from '../recomposition/artifact';
import { median } from '../statistics';
import { perAnswer, processorTimes } from '../three-way/cpu';
import { figuresOf, runLoad, type Load } from '../three-way/load';
import type { Way } from '../three-way/through-gateway';
import { openWire } from '../three-way/wire';
import type { GuardedSettings } from './gateway-process';

/** What one kind of caller costs the gateway. */
export interface Guarding {
  caller: string;
  /** Processor time of the gateway for one answer, in µs: the median of all turns. */
  cpuMicros: number;
  perSecond: number;
  p50: number;
  answers: number;
  wrong: readonly string[];
}

interface Kind {
  caller: string;
  guarded: boolean;
  headers: () => Record<string, string> | Promise<Record<string, string>>;
}

const ASKERS = 10;
const WARM_UP_MS = 1000;
// Kinds take turns, so that what else happens on the machine meets all.
const TURNS = 5;
const TURN_MS = 600;
const QUERY = 'query ($id: ID!) { project(id: $id) { id name slug status currency } }';
const PROJECT = { id: 'p1', name: 'Water', slug: 'water', status: 'ACTIVE', currency: 'KES' };

/** The same question, of the same gateway with and without what guards it. Core is a canned answer: what it costs is not in here. */
export async function costOfGuarding(root: string): Promise<Guarding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-security-'));
  const running: ServerProcess[] = [];
  try {
    const artifactFile = await writeArtifact(root, folder);
    const tokens = createTokens(folder);
    const answer = JSON.stringify({ data: { project: { __typename: 'Project', ...PROJECT } } });
    const askers: Asked[] = [];
    for (const kind of await kindsOf(tokens)) {
      const settings: GuardedSettings = { artifactFile, answer, jwks: tokens.jwks() as GuardedSettings['jwks'], guarded: kind.guarded };
      const server = await startServer(join(root, 'dist/bench/gateway-process.js'), settings, null, ['--max-semi-space-size=32']);
      running.push(server);
      askers.push({ kind, server, way: wayOf(server, kind), loads: [], cpu: [] });
    }
    for (const { way } of askers) await runLoad(way, { project: PROJECT }, ASKERS, WARM_UP_MS);
    for (let turn = 0; turn < TURNS; turn += 1) for (const asked of askers) await takeTurn(asked);
    await Promise.all(askers.map(({ way }) => way.close()));
    return askers.map(guardingOf);
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Asked {
  kind: Kind;
  server: ServerProcess;
  way: Way;
  loads: Load[];
  /** ms for one answer, by turn. */
  cpu: number[];
}

async function takeTurn({ server: { pid }, way, loads, cpu }: Asked): Promise<void> {
  const before = processorTimes({ pid });
  const load = await runLoad(way, { project: PROJECT }, ASKERS, TURN_MS);
  loads.push(load);
  cpu.push(perAnswer(before, processorTimes({ pid }), load.latencies.length).pid ?? Number.NaN);
}

function guardingOf({ kind: { caller }, loads, cpu }: Asked): Guarding {
  const { perSecond, p50, answers, wrong } = figuresOf(loads);
  return { caller, cpuMicros: median(cpu) * 1000, perSecond, p50, answers, wrong };
}

async function kindsOf(tokens: AccessTokens): Promise<Kind[]> {
  const issue = async (): Promise<Record<string, string>> => {
    const { token } = await tokens.issue({ userId: 'u1', sessionId: randomUUID(), methods: ['pwd'], authenticatedAt: new Date(), secondFactor: false });
    return { authorization: `Bearer ${token}` };
  };
  const [signedIn, key] = [await issue(), { authorization: `Bearer rk_${randomBytes(4).toString('hex')}_${randomBytes(32).toString('base64url')}` }];
  return [
    { caller: 'anonymous, nothing looked at', guarded: false, headers: () => ({}) },
    { caller: 'anonymous, guard and rate limits', guarded: true, headers: () => ({}) },
    { caller: 'signed in, token seen before', guarded: true, headers: () => signedIn },
    { caller: 'signed in, a new token each time', guarded: true, headers: issue },
    { caller: 'API key', guarded: true, headers: () => key },
  ];
}

function wayOf({ url }: ServerProcess, { headers }: Kind): Way {
  const wire = openWire(url, ASKERS);
  return { ask: async () => wire.ask(QUERY, { id: PROJECT.id }, await headers()), close: () => wire.close() };
}

function createTokens(folder: string): AccessTokens {
  const file = join(folder, 'access.pem');
  ensureSigningKey(file, `${file}.pub`);
  return createAccessTokens([file]);
}

async function writeArtifact(root: string, folder: string): Promise<string> {
  say('security: composing');
  const composer = createComposer(join(root, 'dist/subgraphs/core/compose.worker.js'));
  try {
    const sdl = await compose(composer, readFileSync(join(root, 'subgraphs/core/schema.graphql'), 'utf8'), []);
    const file = join(folder, 'artifact.json');
    writeFileSync(file, JSON.stringify(artifactOf(1, sdl, [])));
    return file;
  } finally {
    await composer.close();
  }
}
