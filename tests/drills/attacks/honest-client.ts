import { isDeepStrictEqual } from 'node:util';
import { createProject, pause, registerTypes } from '../../kit/projects';
import type { TestSystem } from '../../kit/system';
import { refresh, signIn, type Tokens } from './sign-in';

const QUESTION = '{ me { email displayName } roles { name } projects(first: 10) { edges { node { id name } } } }';
const HEADERS = { 'x-forwarded-for': '198.51.100.7' };
/** Slower than anybody's rate limit. */
const PAUSE_MS = 100;
const REFRESH_EVERY = 50;

/** Somebody who signs in and goes on asking the same, and knows the answer. */
export class HonestClient {
  readonly wrong: string[] = [];
  answers = 0;
  refreshes = 0;
  private stopped = false;
  private readonly work: Promise<void>;

  private constructor(
    private readonly system: TestSystem,
    private tokens: Tokens,
    private readonly expected: unknown,
  ) {
    this.work = this.ask();
  }

  static async start(system: TestSystem): Promise<HonestClient> {
    await registerTypes(system, 'tally:1.0.0');
    for (let count = 0; count < 3; count += 1) await createProject(system, { draft: true });
    const tokens = await signIn(system, 'project-manager', HEADERS);
    const { data, errors } = await system.attempt(QUESTION, {}, { headers: { ...HEADERS, authorization: `Bearer ${tokens.accessToken}` } });
    if (!data || errors.length > 0) throw new Error(`The honest client may not ask: ${JSON.stringify(errors)}`);
    return new HonestClient(system, tokens, data);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.work;
  }

  private async ask(): Promise<void> {
    while (!this.stopped) {
      try {
        const { data, errors } = await this.system.attempt(QUESTION, {}, { headers: { ...HEADERS, authorization: `Bearer ${this.tokens.accessToken}` } });
        if (errors.length > 0 || !isDeepStrictEqual(data, this.expected)) this.wrong.push(JSON.stringify({ data, errors }).slice(0, 500));
        this.answers += 1;
        if (this.answers % REFRESH_EVERY === 0) {
          this.tokens = await refresh(this.system, this.tokens.refreshToken, HEADERS);
          this.refreshes += 1;
        }
      } catch (error) {
        this.wrong.push(String(error));
      }
      await pause(PAUSE_MS);
    }
  }
}
