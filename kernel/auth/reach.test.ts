import { anonymous, approvalLimit, forProject, holds, holdsAt, holdsSomewhere, isWithin, reachOf, type Principal } from '.';

const officer: Principal = {
  ...anonymous,
  subject: 'officer',
  permissions: ['vendor:read'],
  projectPermissions: { p1: ['beneficiary:read'] },
  areaPermissions: [
    { projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read'] },
    { projectId: 'p2', area: 'ke.nairobi', permissions: ['beneficiary:read', 'enrollment:write'] },
  ],
  approvalLimits: { '*': '500', p1: null, p2: '90' },
};

test('an area holds what lies below it, but not a neighbour whose name begins alike', () => {
  expect(isWithin('ke.kisumu', 'ke.kisumu')).toBe(true);
  expect(isWithin('ke.kisumu.nyando', 'ke.kisumu')).toBe(true);
  expect(isWithin('ke.kisumu2', 'ke.kisumu')).toBe(false);
  expect(isWithin('ke', 'ke.kisumu')).toBe(false);
});

test('what holds in an area only does not hold for whoever does not ask about areas', () => {
  expect(holds(officer, 'enrollment:write', 'p2')).toBe(false);
  expect(holdsSomewhere(officer, 'enrollment:write')).toBe(true);
  expect(holdsSomewhere(officer, 'enrollment:read')).toBe(false);
  expect(reachOf(officer, 'beneficiary:read')).toEqual({ everywhere: false, projects: ['p1'], areas: [{ projectId: null, area: 'ke.kisumu' }, { projectId: 'p2', area: 'ke.nairobi' }] });
});

test.each([
  ['in the area of the organisation', { area: 'ke.kisumu.nyando' }, true],
  ['in the neighbour', { area: 'ke.kisumu2' }, false],
  ['in no area', { area: null }, false],
  ['in the area of a project, outside of the project', { area: 'ke.nairobi' }, false],
  ['in the area of the project', { area: 'ke.nairobi', projectId: 'p2' }, true],
  ['in the whole project', { area: null, projectId: 'p1' }, true],
])('a permission %s: %j %s', (_where, place, expected) => {
  expect(holdsAt(officer, 'beneficiary:read', place)).toBe(expected);
});

test('a limit of a project wins over that of the organisation', () => {
  expect(approvalLimit(officer, 'p1')).toBeNull();
  expect(approvalLimit(officer, 'p2')).toBe(90n);
  expect(approvalLimit(officer, 'p3')).toBe(500n);
  expect(approvalLimit(officer)).toBe(500n);
  expect(approvalLimit(anonymous)).toBeNull();
});

test('a project learns only of its own areas and limits', () => {
  expect(forProject(officer, 'p2')).toMatchObject({
    areaPermissions: [
      { projectId: null, area: 'ke.kisumu' },
      { projectId: null, area: 'ke.nairobi' },
    ],
    approvalLimits: { '*': '90' },
  });
  expect(forProject(officer, 'p1').approvalLimits).toBeUndefined();
  expect(forProject(officer, 'p1').areaPermissions).toHaveLength(1);
});
