import { createQuota } from './log.quota';

test('each writer has a store of lines of its own, which fills again with time', () => {
  let now = 0;
  const quota = createQuota({ perSecond: 10, burst: 100 }, () => now);
  expect([quota.take('a', 80), quota.take('a', 30), quota.take('b', 100)]).toEqual([true, false, true]);
  now += 1000;
  expect([quota.take('a', 30), quota.take('a', 1)]).toEqual([true, false]);
  now += 3600_000;
  expect([quota.take('a', 101), quota.take('a', 100)]).toEqual([false, true]);
});

test('writers that are gone are forgotten', () => {
  let now = 0;
  const quota = createQuota({ perSecond: 10, burst: 10 }, () => now);
  for (let writer = 0; writer < 5000; writer += 1) {
    now += 1000;
    expect(quota.take(`writer ${writer}`, 1)).toBe(true);
  }
});
