import { Client, type Dispatcher } from 'undici';

/** What is sent, over and over. */
export interface Ammunition {
  /** Full URL. */
  url: string;
  /** Body of the request with this number. */
  body(number: number): string;
  /** Bytes that every right answer has. */
  answerBytes: number;
}

/** What a load found; times in milliseconds. */
export interface Load {
  latencies: readonly number[];
  elapsedMs: number;
  /** Answers that failed or were not as long as the right one. */
  wrong: number;
}

/** Whether a load goes on. */
export type Going = () => boolean;

export function lasting(ms: number): Going {
  const end = performance.now() + ms;
  return () => performance.now() < end;
}

/** A closed loop: each connection asks again as soon as it has its answer. */
export async function closedLoop(ammunition: Ammunition, connections: number, going: Going): Promise<Load> {
  const gun = open(ammunition, connections);
  const began = performance.now();
  const asker = async (client: Client): Promise<void> => {
    while (going()) await gun.fire(client, performance.now());
  };
  try {
    await Promise.all(gun.clients.map(asker));
    return gun.found(performance.now() - began);
  } finally {
    await gun.close();
  }
}

/**
 * An open loop: requests leave at a fixed rate, however long answers take, and each is timed from when it should have left. So a
 * server that stalls is charged for all who would have come meanwhile.
 */
export async function openLoop(ammunition: Ammunition, perSecond: number, going: Going, mostConnections = 512): Promise<Load> {
  const gun = open(ammunition, 0);
  const idle: Client[] = [];
  const due: number[] = [];
  const underWay = new Set<Promise<void>>();
  const next = (): Client | null => idle.pop() ?? (gun.clients.length < mostConnections ? gun.add() : null);
  const send = (client: Client, dueAt: number): void => {
    const shot = gun.fire(client, dueAt).then(() => {
      underWay.delete(shot);
      const waiting = due.shift();
      if (waiting === undefined) idle.push(client);
      else send(client, waiting);
    });
    underWay.add(shot);
  };
  const began = performance.now();
  try {
    for (let sent = 0; going(); ) {
      const dueAt = began + (sent * 1000) / perSecond;
      if (performance.now() < dueAt) {
        await turn();
        continue;
      }
      const client = next();
      if (client) send(client, dueAt);
      else due.push(dueAt);
      sent += 1;
    }
    while (underWay.size > 0) await Promise.all(underWay);
    return gun.found(performance.now() - began);
  } finally {
    await gun.close();
  }
}

// Timers are good to a millisecond; this process has its core to itself and may look at the clock all the time.
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Gun {
  clients: Client[];
  add(): Client;
  /** Resolves, always, when the answer is there; its time counts from `since`. */
  fire(client: Client, since: number): Promise<void>;
  found(elapsedMs: number): Load;
  close(): Promise<void>;
}

let fired = 0; // numbers never come twice in a run, so that nothing may have been kept of the request before

function open({ url, body, answerBytes }: Ammunition, connections: number): Gun {
  const { origin, pathname } = new URL(url);
  const latencies: number[] = [];
  let wrong = 0;
  const create = (): Client => new Client(origin, { pipelining: 1, bodyTimeout: 60_000, headersTimeout: 60_000 });
  const clients = Array.from({ length: connections }, create);
  return {
    clients,
    add: () => {
      const client = create();
      clients.push(client);
      return client;
    },
    fire: (client, since) =>
      new Promise((resolve) => {
        fired += 1;
        const judge = (right: boolean): void => {
          latencies.push(performance.now() - since);
          if (!right) wrong += 1;
          resolve();
        };
        client.dispatch({ path: pathname, method: 'POST', headers: HEADERS, body: body(fired) }, handlerOf(answerBytes, judge));
      }),
    found: (elapsedMs) => ({ latencies, elapsedMs, wrong }),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

function handlerOf(answerBytes: number, judge: (right: boolean) => void): Dispatcher.DispatchHandler {
  let bytes = 0;
  let status = 0;
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, statusCode) => {
      status = statusCode;
    },
    onResponseData: (_controller, chunk) => {
      bytes += chunk.length;
    },
    onResponseEnd: () => judge(status === 200 && bytes === answerBytes),
    onResponseError: () => judge(false),
  };
}
