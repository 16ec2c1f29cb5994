import { sentenceOf, watchOthers } from '../machine-load';
import { ms, table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { costOfGuarding, type Guarding } from './cost-of-guarding';
import { signInThroughput, type SignInFindings } from './sign-in';

/** What it costs to look who asks and how much, and how many can sign in. */
export async function measureSecurity(root: string): Promise<Report> {
  const load = watchOthers();
  const guardings = await costOfGuarding(root);
  say('security: cost of guarding done');
  const signIns = await signInThroughput();
  return { title: 'Security', blocks: [...guardingBlocks(guardings), ...signInBlocks(signIns), sentenceOf(load.othersCores())] };
}

function guardingBlocks(guardings: readonly Guarding[]): string[] {
  const answers = guardings.reduce((sum, one) => sum + one.answers, 0);
  const wrong = guardings.flatMap((one) => one.wrong);
  const bare = guardings[0]?.cpuMicros ?? Number.NaN;
  return [
    `What auth and limits cost the gateway for each request. Each caller asks one question of one object, ten at a time, of a gateway process of its own, in
turns of all; core is an answer that costs nothing, so that what is left is the gateway. *nothing looked at*: without the guard around the
engine, limits of the compiler, rate limits and the question who asks. All others have all of it, with default limits and buckets that never
empty. Permissions come from the gateway's cache, as they do until something changes. With
a new token its signature is checked and a principal for core is signed; that of a session lives fifteen minutes. ${answers} answers, ${wrong.length} wrong or failed${wrong[0] === undefined ? '' : ` (the first: \`${wrong[0]}\`)`}.`,
    table(
      ['Caller', 'CPU µs a request', 'more µs', 'ratio', 'per second', 'median ms'],
      guardings.map(({ caller, cpuMicros, perSecond, p50 }) => [caller, Math.round(cpuMicros), Math.round(cpuMicros - bare), (cpuMicros / bare).toFixed(2), Math.round(perSecond), ms(p50)]),
    ),
  ];
}

function signInBlocks({ signIns, hashMs }: SignInFindings): string[] {
  return [
    `How many sign in by password and refresh their sessions, through the public door of a whole system; each asker has an account, asks again as soon as
it is answered, and is audited. One comparison of a password with its hash (Argon2id, 19 MiB, two passes) takes ${ms(hashMs)} ms alone: it is meant to be dear.`,
    table(
      ['What, at a time', 'per second', 'median ms', 'p99 ms', 'core CPU ms each', 'gateway CPU ms each'],
      signIns.map(({ what, atATime, perSecond, p50, p99, cpu }) => [`${what}, ${atATime}`, Math.round(perSecond), ms(p50), ms(p99), ms(cpu.core ?? Number.NaN), ms(cpu.gateway ?? Number.NaN)]),
    ),
  ];
}
