import { playRound } from './testing/generator/round';

/** Graphs, each asked a few questions. */
const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 60);
/** Another number shows other graphs: for a hunt by hand. */
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const BATCH = 10;

describe('stock, ours and the truth agree about generated graphs', () => {
  const batches = Array.from({ length: Math.ceil(ROUNDS / BATCH) }, (_, index) => FIRST_SEED + index * BATCH);

  it.each(batches)('from seed %i', async (first) => {
    let [composed, operations] = [0, 0];
    for (let seed = first; seed < Math.min(first + BATCH, FIRST_SEED + ROUNDS); seed++) {
      const round = await playRound(seed);
      if (round.failures.length > 0) throw new Error(round.failures.join('\n\n'));
      composed += Number(round.composed);
      operations += round.operations;
    }
    expect(composed).toBeGreaterThan(0);
    expect(operations).toBeGreaterThan(composed);
  });
});
