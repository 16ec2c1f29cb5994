import { pause } from '../../kit/projects';

const EVERY_MS = 1000;

/** How a gateway bore something, as its own metrics tell. */
export interface Vitals {
  /** Highest in the first quarter of the time. */
  rssEarlyMiB: number;
  rssHighestMiB: number;
  rssLastMiB: number;
  /** Longest time for which the event loop was held up, and the median of the 99th percentiles of each second. */
  delayMaxMs: number;
  delayP99Ms: number;
}

interface Look {
  rss: number;
  max: number;
  p99: number;
}

/** Looks at /metrics each second; what the process tells of its event loop begins anew with each look. */
export function watchVitals(url: string): { stop(): Promise<Vitals> } {
  const looks: Look[] = [];
  let stopped = false;
  const watching = (async () => {
    await look(url); // forgets what was before
    while (!stopped) {
      await pause(EVERY_MS);
      looks.push(await look(url));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await watching;
      const rss = looks.map((one) => one.rss / 2 ** 20);
      const p99 = looks.map((one) => one.p99 * 1000).sort((a, b) => a - b);
      return {
        rssEarlyMiB: Math.max(...rss.slice(0, Math.ceil(rss.length / 4))),
        rssHighestMiB: Math.max(...rss),
        rssLastMiB: rss.at(-1) ?? Number.NaN,
        delayMaxMs: Math.max(...looks.map((one) => one.max * 1000)),
        delayP99Ms: p99[Math.floor(p99.length / 2)] ?? Number.NaN,
      };
    },
  };
}

async function look(url: string): Promise<Look> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const read = (name: string): number => {
    const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`The gateway does not tell ${name}.`);
    return Number(value);
  };
  return { rss: read('process_resident_memory_bytes'), max: read('nodejs_eventloop_lag_max_seconds'), p99: read('nodejs_eventloop_lag_p99_seconds') };
}
