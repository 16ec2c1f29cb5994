import type { MetricsSnapshot } from '#kernel/telemetry';
import type { PrimaryMessage } from './messages';
import { createSnapshotCollector } from './snapshot-collector';

const snapshotOf = (name: string): MetricsSnapshot => [{ name }] as unknown as MetricsSnapshot;

describe('collecting the metrics of all workers', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('ends as soon as all have answered, whatever else is being collected', async () => {
    const collector = createSnapshotCollector();
    const asked: number[] = [];
    const worker = { send: ({ id }: PrimaryMessage) => void asked.push(id) };
    const [first, second] = [collector.collect([worker, worker]), collector.collect([worker])];
    collector.receive(asked[2] ?? 0, snapshotOf('c'));
    collector.receive(asked[0] ?? 0, snapshotOf('a'));
    collector.receive(asked[1] ?? 0, snapshotOf('b'));
    expect([await first, await second]).toEqual([[snapshotOf('a'), snapshotOf('b')], [snapshotOf('c')]]);
  });

  it('leaves out who does not answer in time, and ignores what comes too late', async () => {
    const collector = createSnapshotCollector(1000);
    const silent = { send: () => undefined };
    const answering = { send: ({ id }: PrimaryMessage) => collector.receive(id, snapshotOf('a')) };
    const collected = collector.collect([silent, answering]);
    jest.advanceTimersByTime(1000);
    collector.receive(1, snapshotOf('late'));
    expect(await collected).toEqual([snapshotOf('a')]);
  });

  it('is done at once when there is nobody', async () => {
    expect(await createSnapshotCollector().collect([])).toEqual([]);
  });
});
