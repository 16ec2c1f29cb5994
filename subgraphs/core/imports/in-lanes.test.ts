import { inLanes } from './in-lanes';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield n;
}
const settle = (turns: number): Promise<void> => Array.from({ length: turns }).reduce<Promise<void>>((before) => before.then(() => undefined), Promise.resolve());

test('work runs side by side, and ends in order however long each takes', async () => {
  const ended: number[] = [];
  let [now, most] = [0, 0];
  await inLanes(numbers(12), 3, async (n, turn) => {
    now += 1;
    most = Math.max(most, now);
    await settle(((n * 7) % 5) * 10);
    await turn();
    ended.push(n);
    now -= 1;
  });
  expect(ended).toEqual(Array.from({ length: 12 }, (_, n) => n));
  expect(most).toBe(3);
});

test('where one fails, none that comes after it has its turn, and nothing is under way when it is told', async () => {
  const ended: number[] = [];
  let underWay = 0;
  const run = inLanes(numbers(12), 4, async (n, turn) => {
    underWay += 1;
    try {
      await settle(20 - n);
      await turn();
      if (n === 5) throw new Error('five');
      ended.push(n);
    } finally {
      underWay -= 1;
    }
  });
  await expect(run).rejects.toThrow('five');
  expect([ended, underWay]).toEqual([[0, 1, 2, 3, 4], 0]);
});
