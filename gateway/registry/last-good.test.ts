import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createLogger } from '#kernel/telemetry';
import { createLastGood, type LastGood } from './last-good';

const schema = z.object({ version: z.number() });
let folder: string;
let copies: LastGood;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rahat-copies-'));
  copies = createLastGood(join(folder, 'gateway'), createLogger({ name: 'test', level: 'silent' }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the last good copies', () => {
  it('are what was saved last', async () => {
    void copies.save('routes', { version: 1, text: 'x'.repeat(1_000_000) });
    await copies.save('routes', { version: 2 });
    expect(await copies.load('routes', schema)).toEqual({ version: 2 });
    expect(readdirSync(join(folder, 'gateway'))).toEqual(['routes.json']);
  });

  it('are none when there is no file, half of one, or one of another shape', async () => {
    writeFileSync(join(folder, 'gateway/half.json'), '{"version":');
    writeFileSync(join(folder, 'gateway/other.json'), '{"version":"1"}');
    expect(await Promise.all(['absent', 'half', 'other'].map((name) => copies.load(name, schema)))).toEqual([null, null, null]);
  });

  it('do not stop the gateway when the disk does not take them', async () => {
    rmSync(folder, { recursive: true });
    await expect(copies.save('routes', { version: 1 })).resolves.toBeUndefined();
  });
});
