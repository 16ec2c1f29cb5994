import { readTable } from '.';

const MEBIBYTE = 2 ** 20;
const SIZE = 200 * MEBIBYTE;

/** A file that is never whole anywhere, and how far reading it has come. */
function generated(header: string, line: string): { stream: AsyncGenerator<Uint8Array>; made: () => number } {
  const chunk = Buffer.from(line.repeat(Math.floor(65_536 / line.length)));
  let made = 0;
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(header);
    for (; made < SIZE; made += chunk.length) yield chunk;
  }
  return { stream: stream(), made: () => made };
}

test.each([
  ['CSV', 'name,phone,town,note\n', `Barbara Floyd,254708000001,Kisumu,"${'two\nlines '.repeat(40)}"\n`],
  ['JSON', '', `{"name":"Barbara Floyd","phone":254708000001,"home":{"town":"Kisumu"},"note":"${'x'.repeat(400)}"}\n`],
])('200 MB of %s pass, and never are more than a few held between what was made and what was read', async (_, header, line) => {
  const { stream, made } = generated(header, line);
  let rows = 0;
  let ahead = 0;
  for await (const { row } of readTable(stream)) {
    if (row === 1) continue;
    rows += 1;
    if (rows % 500 === 0) ahead = Math.max(ahead, made() - rows * line.length);
  }
  expect(rows * line.length).toBe(made());
  expect(made()).toBeGreaterThanOrEqual(SIZE);
  expect(ahead).toBeLessThan(4 * MEBIBYTE);
}, 120_000);

test.each([
  ['in the middle', 'name,phone\nA,1\n', 3],
  ['at the header', '{"name":"A"}\n', 1],
  ['at once, because it is no table', '<html>', 0],
])('a reader that stops %s lets go of the stream', async (_, text, last) => {
  let closed = false;
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from(text.repeat(1000));
    } finally {
      closed = true;
    }
  }
  const reading = async (): Promise<void> => {
    for await (const { row } of readTable(stream())) if (row === last) return;
  };
  await (last === 0 ? expect(reading()).rejects.toMatchObject({ reason: 'NOT_A_TABLE' }) : reading());
  expect(closed).toBe(true);
});
