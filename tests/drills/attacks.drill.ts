import { randomInt } from 'node:crypto';
import { useSystem } from '../kit/system';
import type { Assault } from './attacks/assault';
import { credentialAssaults } from './attacks/credentials';
import { documentAssaults } from './attacks/documents';
import { HonestClient } from './attacks/honest-client';
import { injectionAssaults } from './attacks/injections';
import { signInAssaults } from './attacks/sign-in';
import { storm, type Account } from './attacks/storm';
import { watchVitals, type Vitals } from './attacks/vitals';

// A minute: half of it without rate limits, so that they hide nothing, half of it with them.
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 60) / 2;
const SEED = Number(process.env.ATTACK_SEED ?? randomInt(2 ** 31));
/** Of the memory after the first quarter: garbage comes and goes, a leak of a body or a plan for each attack would be many times as much. */
const GROWTH = 1.5;
const LONGEST_DELAY_MS = 2000;
const USUAL_DELAY_MS = 250;
/** As the public meets it. Each connection of ours says which address it is of. */
const PUBLIC = { GRAPHQL_INTROSPECTION: 'permitted', GRAPHIQL: 'false', TRUST_PROXY: '1' };

describe.each([
  ['without rate limits', false],
  ['with rate limits', true],
])('under attack %s', (title, rateLimited) => {
  const system = useSystem({ environment: { ...PUBLIC, RATE_LIMIT: String(rateLimited) } });

  test('every attack is refused, an honest client is answered, and the gateway stays as it was', async () => {
    const url = system().urls.gateway ?? '';
    const { gateway: pid } = await system().pids();
    const { assaults: onSignIn, stolen } = await signInAssaults(system());
    const assaults = [...often([...documentAssaults(), ...(await credentialAssaults(system())), ...onSignIn]), ...(await injectionAssaults(system()))];
    const honest = await HonestClient.start(system());
    const watch = watchVitals(url);
    const account = await storm({ url, assaults, seconds: SECONDS, seed: SEED, rateLimited });
    const vitals = await watch.stop();
    await honest.stop();
    process.stderr.write(told(title, account, honest, vitals));

    expect(account.wrong.slice(0, 5)).toEqual([]);
    expect(neverRefused(assaults, account, rateLimited)).toEqual([]);
    expect(honest.wrong.slice(0, 3)).toEqual([]);
    expect(honest.answers).toBeGreaterThan(SECONDS);
    expect((await system().pids()).gateway).toBe(pid);
    expect(vitals.rssLastMiB).toBeLessThan(vitals.rssEarlyMiB * GROWTH);
    expect(vitals.delayMaxMs).toBeLessThan(LONGEST_DELAY_MS);
    expect(vitals.delayP99Ms).toBeLessThan(USUAL_DELAY_MS);
    expect(await refusalsCounted(url, 'RATE_LIMITED')).toBe(rateLimited);
    // Whoever copied a refresh token has ended the session, for its owner too.
    const answer = await system().attempt('mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken } }', { token: stolen.newest }, { headers: { 'x-forwarded-for': '198.51.100.8' } });
    expect(answer.errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  }, SECONDS * 1000 + 60_000);
});

/** Hostile texts have some hundred places to go to; the others should not be lost among them. */
function often(assaults: readonly Assault[]): Assault[] {
  return Array.from({ length: 5 }, () => assaults).flat();
}

/** Assaults that met no coded refusal at all: they were never sent, or the line was cut each time. */
function neverRefused(assaults: readonly Assault[], { outcomes }: Account, rateLimited: boolean): string[] {
  return assaults.filter(({ name, refusals }) => ![...refusals, ...(rateLimited ? ['RATE_LIMITED'] : [])].some((code) => outcomes.get(name)?.has(code))).map(({ name }) => name);
}

async function refusalsCounted(url: string, code: string): Promise<boolean> {
  return (await (await fetch(new URL('/metrics', url))).text()).includes(`gateway_refused_total{code="${code}"}`);
}

function told(title: string, { sent, outcomes }: Account, { answers, refreshes, wrong }: HonestClient, vitals: Vitals): string {
  const lines = [...outcomes].map(([name, counts]) => `  ${name}: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
  const state = `memory ${vitals.rssEarlyMiB.toFixed()} MiB after the first quarter, ${vitals.rssHighestMiB.toFixed()} at most, ${vitals.rssLastMiB.toFixed()} at the end; event loop held up for ${vitals.delayMaxMs.toFixed()} ms at most, ${vitals.delayP99Ms.toFixed()} ms in the p99 of most seconds`;
  return [`\n${sent} attacks in ${SECONDS} s ${title} (ATTACK_SEED=${SEED})`, ...lines.sort(), `  honest client: ${answers} answers, ${refreshes} refreshes, ${wrong.length} wrong`, `  gateway: ${state}`, ''].join('\n');
}
