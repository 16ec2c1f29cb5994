import { effectiveOf, standings, type Assignment, type RoleBook } from './effective-permissions';
import { allPermissions } from './permissions';
import { systemPairs, systemRoles } from './system-roles';

const NOW = new Date('2026-03-01T12:00:00Z');
const LATER = new Date('2026-03-02T12:00:00Z');
const EARLIER = new Date('2026-02-01T12:00:00Z');
const book: RoleBook = {
  permissionsOf: (role) => (Object.hasOwn(systemRoles, role) ? systemRoles[role]?.permissions : undefined) ?? [],
  areIncompatible: (a, b) => systemPairs.some(([one, other]) => (one === a && other === b) || (one === b && other === a)),
};
let counter = 0;

function held(role: string, more: Partial<Assignment> = {}): Assignment {
  counter += 1;
  return { id: `a${counter}`, role, projectId: null, areaPath: '', approvalLimitMinor: null, expiresAt: null, ...more };
}

test('what is held in the organisation, in a project and in an area stays apart', () => {
  const effective = effectiveOf([held('donor'), held('approver', { projectId: 'p' }), held('registrar', { areaPath: 'ke.kisumu' })], book, NOW);
  expect(effective.permissions).toEqual(['project:read']);
  expect(effective.projectPermissions.p).toContain('entitlement:approve');
  expect(effective.permissions).not.toContain('beneficiary:write');
  expect(effective.areaPermissions).toEqual([{ projectId: null, area: 'ke.kisumu', permissions: expect.arrayContaining(['beneficiary:write']) }]);
});

test('what has expired grants nothing, and what will expire says when', () => {
  const effective = effectiveOf([held('admin', { expiresAt: EARLIER }), held('viewer', { expiresAt: LATER })], book, NOW);
  expect(effective.roles).toEqual(['viewer']);
  expect(effective.validUntil).toBe(LATER.toISOString());
  expect(effectiveOf([held('viewer')], book, NOW).validUntil).toBeNull();
});

test.each([
  ['in the same project', { projectId: 'p' }, { projectId: 'p' }, true],
  ['in the organisation and in a project', {}, { projectId: 'p' }, true],
  ['in two areas of one project', { projectId: 'p', areaPath: 'a' }, { projectId: 'p', areaPath: 'b' }, true],
  ['in two projects', { projectId: 'p' }, { projectId: 'q' }, false],
  ['one of them expired', { expiresAt: EARLIER }, {}, false],
])('incompatible roles %s suspend each other: %j %j %s', (_where, one, other, suspended) => {
  const pair = [held('approver', one), held('cva-officer', other)];
  expect([...standings(pair, book, NOW).values()].includes('SUSPENDED')).toBe(suspended);
  if (suspended) expect(effectiveOf([...pair, held('donor')], book, NOW)).toMatchObject({ roles: ['donor'], permissions: ['project:read'], projectPermissions: {} });
});

test('an approval limit is the highest of the roles that commit money, by place', () => {
  const limits = (...assignments: Assignment[]) => effectiveOf(assignments, book, NOW).approvalLimits;
  expect(limits(held('approver', { approvalLimitMinor: 100n }), held('viewer'))).toEqual({ '*': '100' });
  expect(limits(held('approver', { approvalLimitMinor: 100n }), held('finance-manager', { approvalLimitMinor: 700n }))).toEqual({ '*': '700' });
  expect(limits(held('approver', { approvalLimitMinor: 100n }), held('approver', { projectId: 'p' }))).toEqual({ '*': '100', p: null });
  expect(limits(held('approver', { approvalLimitMinor: 100n }), held('approver', { approvalLimitMinor: 900n, areaPath: 'a' }))).toEqual({ '*': '100' });
  expect(limits(held('approver'), held('viewer', { approvalLimitMinor: 5n }))).toBeUndefined();
});

test('an unknown role grants nothing', () => {
  expect(effectiveOf([held('emperor'), held('constructor')], book, NOW).permissions).toEqual([]);
});

test('every role grants only permissions that exist, and every pair names roles that exist', () => {
  for (const role of Object.values(systemRoles)) expect(allPermissions).toEqual(expect.arrayContaining([...role.permissions]));
  for (const role of systemPairs.flat()) expect(Object.keys(systemRoles)).toContain(role);
});
