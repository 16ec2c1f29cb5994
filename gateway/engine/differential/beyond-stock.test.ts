import { contexts } from './testing/corpus/contexts';
import { startOurs } from './testing/ours';
import { startStock } from './testing/stock';
import { serve } from './testing/world';

// Stock refuses supergraphs with @context, so the right answers are written here.
const RIGHT: Record<string, unknown> = {
  'a field takes its argument from above': { tariffs: [{ lines: [{ price: 'l1 in EUR' }, { price: 'l2 in EUR' }] }, { lines: [{ price: 'l1 in USD' }] }] },
  'one entity in two contexts': {
    tariffs: [
      { id: 't1', lines: [{ id: 'l1', price: 'l1 in EUR', name: 'First' }, { id: 'l2', price: 'l2 in EUR', name: 'Second' }] },
      { id: 't2', lines: [{ id: 'l1', price: 'l1 in USD', name: 'First' }] },
    ],
  },
  'an argument from the context and one from the client': { tariffs: [{ lines: [{ text: 'l1 of t1!' }, { text: 'l2 of t1!' }] }, { lines: [{ text: 'l1 of t2!' }] }] },
  'two fields with contexts, aliased': { tariff: { name: null, lines: [{ p: 'l1 in USD', t: 'l1 of t2', q: 'l1 of t2!' }] } },
  'the field of the context under another name': { tariffs: [{ unit: 'EUR', lines: [{ price: 'l1 in EUR' }, { price: 'l2 in EUR' }] }, { unit: 'USD', lines: [{ price: 'l1 in USD' }] }] },
};

describe('with @context, ours answers:', () => {
  it('stock does not serve it at all', async () => {
    await expect(serve(contexts.subgraphs, startStock)).rejects.toThrow(/context/);
  });

  it.each(Object.entries(contexts.cases))('%s', async (name, one) => {
    const served = await serve(contexts.subgraphs, startOurs);
    const { data, errors } = await served.ask(one);
    await served.close();
    expect({ data, errors }).toEqual({ data: RIGHT[name], errors: [] });
  });
});
