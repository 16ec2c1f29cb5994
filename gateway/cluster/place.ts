import { createMetrics, type Metrics } from '#kernel/telemetry';
import type { PrimaryMessage, WorkerMessage } from './messages';

/** Building an engine takes a processor for seconds: among several processes one does so at a time. */
export interface SwapTurn {
  /** Resolves when it is this process's turn, with how to give it back. Idempotent. */
  take(): Promise<() => void>;
}

/** What a process that serves shares with others that serve on the same port, if there are any. */
export interface Place {
  turn: SwapTurn;
  /** What is measured here; its text is that of all of them. */
  metrics: Metrics;
}

/** A process of its own. */
export function alone(): Place {
  return { turn: { take: async () => () => undefined }, metrics: createMetrics() };
}

/** How a worker and its primary talk. */
export interface Line {
  send(message: WorkerMessage): void;
  onMessage(listener: (message: PrimaryMessage) => void): void;
}

/**
 * The place of worker `number` in its cluster. When the primary is gone, so is the worker: Node ends a worker whose line is cut, so that
 * a kill of the primary leaves nothing behind.
 */
export function workerPlace(number: number, line: Line = lineToPrimary()): Place {
  const metrics = createMetrics({ worker: String(number) });
  const asked = new Map<number, (answer: string) => void>();
  let lastId = 0;
  const ask = (type: 'want-turn' | 'scrape'): { id: number; answer: Promise<string> } => {
    const id = ++lastId;
    const answer = new Promise<string>((resolve) => asked.set(id, resolve));
    line.send({ type, id });
    return { id, answer };
  };
  const settle = (id: number, answer: string): void => {
    asked.get(id)?.(answer);
    asked.delete(id);
  };
  line.onMessage((message) => {
    if (message.type === 'your-turn') settle(message.id, '');
    if (message.type === 'scraped') settle(message.id, message.text);
    if (message.type === 'want-snapshot') void metrics.snapshot().then((snapshot) => line.send({ type: 'snapshot', id: message.id, metrics: snapshot }));
  });
  return {
    turn: {
      take: async () => {
        const { id, answer } = ask('want-turn');
        await answer;
        return () => line.send({ type: 'give-turn-back', id });
      },
    },
    metrics: { ...metrics, text: () => ask('scrape').answer },
  };
}

function lineToPrimary(): Line {
  return {
    // The callback takes the failure of writing to a primary that is gone.
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', listener),
  };
}
