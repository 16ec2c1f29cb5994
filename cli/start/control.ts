import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { StateDir } from './state-dir';

/** What can be asked of a running supervisor by whoever can read its state directory. */
export interface SupervisorCommands {
  status(): object;
  /** Ends one process without warning (SIGKILL), and leaves it dead. */
  kill(name: string): Promise<void>;
  /** Stops one process if it runs, starts it again and waits until it is ready. */
  restart(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Where a supervisor listens: on the loopback, with a secret that only its state directory tells. */
export interface ControlAddress {
  url: string;
  token: string;
  pid: number;
}

export interface ControlServer extends ControlAddress {
  close(): void;
}

/** Opens the door for `rahat status|kill|restart|stop` and for tests. The file also marks the state directory as in use. */
export async function openControl(state: StateDir, commands: SupervisorCommands): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => void answer(request, response, token, commands));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = { url: `http://127.0.0.1:${port}`, token, pid: process.pid };
  writeFileSync(state.supervisor, JSON.stringify(address), { mode: 0o600 });
  return {
    ...address,
    close: () => {
      rmSync(state.supervisor, { force: true });
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, token: string, commands: SupervisorCommands): Promise<void> {
  const reply = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (!isToken(request.headers.authorization, token)) return reply(401, { error: 'This needs the token of the state directory.' });
  const [command = '', name = ''] = (request.url ?? '').slice(1).split('/');
  try {
    reply(200, (await execute(commands, command, decodeURIComponent(name))) ?? { done: true });
  } catch (error) {
    reply(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function execute(commands: SupervisorCommands, command: string, name: string): Promise<object | void> {
  switch (command) {
    case 'status':
      return commands.status();
    case 'kill':
      return commands.kill(name);
    case 'restart':
      return commands.restart(name);
    case 'stop':
      return commands.stop();
    default:
      throw new Error(`There is no command ${command}.`);
  }
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The supervisor that runs on this state directory now, or null. A file left by a killed one is recognised: nobody answers. */
export async function runningSupervisor(state: Pick<StateDir, 'supervisor'>): Promise<ControlAddress | null> {
  if (!existsSync(state.supervisor)) return null;
  const address = JSON.parse(readFileSync(state.supervisor, 'utf8')) as ControlAddress;
  return callSupervisor(address, 'status').then(
    () => address,
    () => null,
  );
}

/** Sends one command, for example `kill/worker`. @throws Error with the supervisor's words when it refuses. */
export async function callSupervisor<T>(address: ControlAddress, path: string): Promise<T> {
  const response = await fetch(`${address.url}/${path}`, { method: 'POST', headers: { authorization: `Bearer ${address.token}` } });
  const body = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new Error(body.error ?? `The supervisor answered ${response.status}.`);
  return body;
}
