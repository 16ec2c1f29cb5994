import { createMetrics, joinMetrics, type MetricsSnapshot } from './metrics';

const overTheWire = (snapshot: MetricsSnapshot): MetricsSnapshot => JSON.parse(JSON.stringify(snapshot)) as MetricsSnapshot;
const seriesOf = (text: string, name: string): string[] => text.split('\n').filter((line) => line.startsWith(`${name}{`));

describe('metrics', () => {
  it('carry the labels of their process in every series', async () => {
    const metrics = createMetrics({ worker: '1' });
    metrics.counter('things_total', 'Things.', ['kind']).inc({ kind: 'odd' });
    const text = await metrics.text();
    expect(text).toContain('things_total{kind="odd",worker="1"} 1');
    expect(text).toContain('process_cpu_seconds_total{worker="1"}');
  });

  it('of several processes join into one text, in which nothing is added up and each name is explained once', async () => {
    const snapshots = await Promise.all(
      [1, 2].map(async (worker) => {
        const metrics = createMetrics({ worker: String(worker) });
        metrics.gauge('version', 'The version.').set(40 + worker);
        metrics.histogram('duration_seconds', 'How long.').observe(worker);
        return overTheWire(await metrics.snapshot());
      }),
    );
    const text = await joinMetrics(snapshots);
    expect(seriesOf(text, 'version')).toEqual(['version{worker="1"} 41', 'version{worker="2"} 42']);
    expect(seriesOf(text, 'duration_seconds_sum')).toEqual(['duration_seconds_sum{worker="1"} 1', 'duration_seconds_sum{worker="2"} 2']);
    expect(seriesOf(text, 'process_start_time_seconds')).toHaveLength(2);
    expect(text.match(/# TYPE version gauge/g)).toHaveLength(1);
  });
});
