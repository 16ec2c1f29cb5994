import { createHotOperations } from './hot-operations';

const HALF_LIFE = 1000;

function hotAt(options: { capacity?: number; maxCharacters?: number } = {}) {
  const clock = { now: 0 };
  const hot = createHotOperations({ halfLifeMs: HALF_LIFE, now: () => clock.now, ...options });
  const note = (source: string, costMs: number, times = 1): void => {
    for (let i = 0; i < times; i++) hot.note(source, null, costMs);
  };
  return { clock, note, hot, sources: (limit?: number) => hot.top(limit).map(({ source }) => source) };
}

describe('the operations worth planning before a swap', () => {
  it('are ordered by how often they were asked times what they cost', () => {
    const { note, sources } = hotAt();
    note('often and cheap', 1, 50);
    note('seldom and dear', 100, 2);
    note('once', 20);
    expect(sources()).toEqual(['seldom and dear', 'often and cheap', 'once']);
    expect(sources(1)).toEqual(['seldom and dear']);
  });

  it('are at most a hundred unless more are wanted', () => {
    const { note, sources } = hotAt();
    for (let i = 0; i < 150; i++) note(`q${i}`, i + 1);
    expect([sources().length, sources(120).length, sources()[0]]).toEqual([100, 120, 'q149']);
  });

  it('tell operations of one document apart by name', () => {
    const { hot } = hotAt();
    hot.note('document', 'B', 1);
    hot.note('document', 'A', 2);
    hot.note('document', null, 3);
    expect(hot.top()).toEqual([
      { source: 'document', operationName: null },
      { source: 'document', operationName: 'A' },
      { source: 'document', operationName: 'B' },
    ]);
  });

  it('cool down: what was asked one half-life ago counts half', () => {
    const { clock, note, sources } = hotAt();
    note('of yesterday', 10);
    clock.now = HALF_LIFE;
    note('of today', 6);
    expect(sources()).toEqual(['of today', 'of yesterday']);
    note('of yesterday', 2);
    expect(sources()).toEqual(['of yesterday', 'of today']);
  });

  it('stay in order over thousands of half-lives', () => {
    const { clock, note, sources } = hotAt();
    for (let age = 0; age <= 5000; age += 100) {
      clock.now = age * HALF_LIFE;
      note('steady', 3);
      note('steadier', 4);
    }
    clock.now += HALF_LIFE;
    note('new', 2.1);
    expect(sources()).toEqual(['new', 'steadier', 'steady']);
  });

  it('survive a flood of operations that are asked once each', () => {
    const { note, sources } = hotAt({ capacity: 100 });
    for (let i = 0; i < 20_000; i++) {
      note(`distinct ${i}`, 5);
      if (i % 40 === 0) note('hot', 5);
    }
    expect(sources(1)).toEqual(['hot']);
    expect(sources(1000).length).toBeLessThanOrEqual(100);
  });

  it('hold no more text than allowed', () => {
    const { note, hot } = hotAt({ maxCharacters: 1000 });
    for (let i = 0; i < 100; i++) note(`${i}`.padEnd(99), 1);
    note('x'.repeat(1001), 1000);
    const held = hot.top(1000).reduce((sum, { source }) => sum + source.length, 0);
    expect(held).toBeLessThanOrEqual(1000);
    expect(held).toBeGreaterThan(0);
  });
});
