import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImages } from './images';

describe('the images in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-images-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const put = (name: string, version: string, more: object = {}): void => {
    mkdirSync(join(folder, name, version), { recursive: true });
    writeFileSync(join(folder, name, version, 'image.json'), JSON.stringify({ name, version, ...more }));
  };

  it('are none when there is no folder', () => {
    expect(readImages(join(folder, 'missing'))).toEqual([]);
  });

  it('come with older versions first, compared as numbers', () => {
    put('rfv', '1.10.0');
    put('rfv', '1.9.0');
    put('aa', '2.0.0', { demo: { currency: 'KES' } });
    expect(readImages(folder).map(({ name, version }) => `${name}:${version}`)).toEqual(['aa:2.0.0', 'rfv:1.9.0', 'rfv:1.10.0']);
    expect(readImages(folder)[0]?.demo).toMatchObject({ currency: 'KES', budgetMinor: '500000000' });
  });
});
