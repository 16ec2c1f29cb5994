import { compareVersions } from './versions';

test('versions are ordered as numbers, and a pre-release comes before its release', () => {
  const sorted = ['2.0.0', '1.10.0', '1.9.0', '2.0.0-beta', '1.9.1'].sort(compareVersions);
  expect(sorted).toEqual(['1.9.0', '1.9.1', '1.10.0', '2.0.0-beta', '2.0.0']);
});

test('equal versions are equal', () => {
  expect(compareVersions('1.0.0', '1.0.0')).toBe(0);
});
