import { Pool } from 'undici';
import { createRandom, type Random } from '../../../gateway/engine/differential/testing/generator/random';
import type { Assault, Sent } from './assault';

/** What came of attacks: how many of each were answered how. */
export interface Account {
  sent: number;
  /** By name of the assault: answers by code; `nothing` where an answer gave nothing away, `closed` where the line was cut in the middle of a body. */
  outcomes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Answers that are no refusals. */
  wrong: readonly string[];
}

export interface StormOptions {
  url: string;
  assaults: readonly Assault[];
  seconds: number;
  seed: number;
  /** Whether being asked to wait is a refusal, too. */
  rateLimited: boolean;
}

const CONNECTIONS = 6;
const LEAKS = /Did you mean|node_modules|\.ts:|"stack"|INTERNAL_SERVER_ERROR/;

/** Attacks from several connections, each of another address and in an order of its own, over and over until the time is up. */
export async function storm(options: StormOptions): Promise<Account> {
  const outcomes = new Map<string, Map<string, number>>();
  const wrong: string[] = [];
  let sent = 0;
  const note = (name: string, outcome: string): void => {
    const known = outcomes.get(name) ?? new Map<string, number>();
    outcomes.set(name, known.set(outcome, (known.get(outcome) ?? 0) + 1));
    sent += 1;
  };
  const until = performance.now() + options.seconds * 1000;
  const attack = async (connection: number): Promise<void> => {
    const random = createRandom(options.seed + connection);
    const pool = new Pool(new URL(options.url).origin, { connections: 1 });
    try {
      while (performance.now() < until) {
        for (const assault of shuffled(options.assaults, random)) {
          if (performance.now() >= until) break;
          const written = await assault.write(random);
          const { outcome, why } = await answerTo(pool, assault, written, { address: `203.0.113.${connection + 1}`, rateLimited: options.rateLimited });
          note(assault.name, outcome);
          if (why !== null) wrong.push(`${assault.name}: ${written.body.toString().slice(0, 400)} ${why}`);
        }
      }
    } finally {
      await pool.destroy();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => attack(connection)));
  return { sent, outcomes, wrong };
}

interface Verdict {
  outcome: string;
  /** Null for a refusal. */
  why: string | null;
}

async function answerTo(pool: Pool, assault: Assault, { body, headers }: Sent, { address, rateLimited }: { address: string; rateLimited: boolean }): Promise<Verdict> {
  try {
    const response = await pool.request({ path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers }, body });
    const text = await response.body.text();
    if (LEAKS.test(text) || response.headers['set-cookie'] !== undefined) return { outcome: 'leak', why: text.slice(0, 400) };
    return judge(assault, response.statusCode, response.headers['retry-after'] !== undefined, text, rateLimited);
  } catch (error) {
    // A server that has refused a body need not read it to its end; whoever still writes may miss the answer.
    const cut = /ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(String((error as { code?: unknown }).code)) && body.length > 2 ** 20;
    return cut ? { outcome: 'closed', why: null } : { outcome: 'failed', why: String(error) };
  }
}

function judge({ refusals, isHarmless }: Assault, status: number, saysWhenAgain: boolean, text: string, rateLimited: boolean): Verdict {
  const { data, errors = [] } = JSON.parse(text) as { data?: Record<string, unknown> | null; errors?: { extensions?: { code?: string } }[] };
  const codes = [...new Set(errors.map(({ extensions }) => extensions?.code ?? 'no code'))];
  const outcome = codes.join('+') || 'nothing';
  if (rateLimited && outcome === 'RATE_LIMITED' && status === 429 && saysWhenAgain) return { outcome, why: null };
  const refused = codes.length > 0 ? codes.every((code) => refusals.includes(code)) : Boolean(data && isHarmless?.(data));
  return { outcome, why: refused ? null : `answered ${status} ${text.slice(0, 400)}` };
}

function shuffled(assaults: readonly Assault[], { int }: Random): Assault[] {
  const order = assaults.map((assault) => ({ assault, at: int(2 ** 31) }));
  return order.sort((a, b) => a.at - b.at).map(({ assault }) => assault);
}
