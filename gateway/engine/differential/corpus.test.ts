import { differences } from './testing/comparison';
import { worlds } from './testing/corpus';
import type { StartEngine } from './testing/engine-under-test';
import { startOurs } from './testing/ours';
import { startStock } from './testing/stock';
import { detailed, serve, type Served } from './testing/world';

describe.each(Object.entries(worlds))('stock and ours agree about %s:', (_, { subgraphs, cases }) => {
  const serving = (start: StartEngine): (() => Promise<Served>) => {
    let served: Promise<Served> | undefined;
    afterAll(async () => (await served)?.close());
    return () => (served ??= serve(subgraphs, start));
  };
  const stock = serving(startStock);
  const ours = serving(startOurs);

  it.each(Object.entries(cases))('%s', async (_name, one) => {
    const [expected, answered] = [await (await stock()).ask(one), await (await ours()).ask(one)];
    expect(differences(expected, answered)).toEqual([]);
    if (detailed(one).fails) expect(answered.errors).not.toEqual([]);
    else expect(answered.errors).toEqual([]);
  });
});
