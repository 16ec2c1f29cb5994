import { createTurnstile, type Turnstile } from './turnstile';

function visitorsOf(turnstile: Turnstile) {
  const entered: string[] = [];
  return { entered, visit: (name: string) => turnstile.queue(() => entered.push(name)) };
}

describe('a turnstile', () => {
  it('lets in one at a time, in the order in which they came', () => {
    const { entered, visit } = visitorsOf(createTurnstile());
    const [a, b, c] = [visit('a'), visit('b'), visit('c')];
    expect(entered).toEqual(['a']);
    a();
    expect(entered).toEqual(['a', 'b']);
    b();
    c();
    visit('d')();
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('forgets who left while waiting, and lets nobody in twice for one who leaves twice', () => {
    const { entered, visit } = visitorsOf(createTurnstile());
    const [a, b, c, d] = [visit('a'), visit('b'), visit('c'), visit('d')];
    b();
    a();
    a();
    expect(entered).toEqual(['a', 'c']);
    c();
    d();
  });

  it('lets the next in when somebody never leaves, and does not take that one for gone who leaves late', () => {
    jest.useFakeTimers();
    const { entered, visit } = visitorsOf(createTurnstile(1000));
    const [hanging] = [visit('hanging'), visit('b'), visit('c')];
    jest.advanceTimersByTime(999);
    expect(entered).toEqual(['hanging']);
    jest.advanceTimersByTime(1);
    expect(entered).toEqual(['hanging', 'b']);
    hanging();
    expect(entered).toEqual(['hanging', 'b']);
    jest.useRealTimers();
  });
});
