/** Orders semantic versions (https://semver.org §11, numbers only, a pre-release before its release). */
export function compareVersions(a: string, b: string): number {
  const [mainA = '', preA] = a.split('-');
  const [mainB = '', preB] = b.split('-');
  const left = mainA.split('.').map(Number);
  const right = mainB.split('.').map(Number);
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (preA === preB) return 0;
  if (preA === undefined) return 1;
  if (preB === undefined) return -1;
  return preA < preB ? -1 : 1;
}
