import { faults } from './testing/faults';
import { startOurs } from './testing/ours';
import { startStock } from './testing/stock';
import { serve } from './testing/world';
import type { SubgraphDefinition } from './testing/subgraph';
import type { StartEngine } from './testing/engine-under-test';

/** What a client gets: data and errors as `message @ path`. */
async function answer(subgraphs: Record<string, SubgraphDefinition>, query: string, start: StartEngine) {
  const served = await serve(subgraphs, start);
  const { data, errors } = await served.ask(query);
  await served.close();
  return { data, errors: errors.map(({ message, path }) => `${message} @ ${path?.join('.') ?? ''}`) };
}

// When a stock half fails, Apollo has changed: look whether our mend is still needed.
describe.each(Object.entries(faults))('where stock is wrong: %s:', (_, { subgraphs, query, stock, right }) => {
  it('stock is wrong', async () => {
    expect(await answer(subgraphs, query, startStock)).toEqual({ errors: [], ...stock });
  });
  it('ours is right', async () => {
    expect(await answer(subgraphs, query, startOurs)).toEqual({ errors: [], ...right });
  });
});
