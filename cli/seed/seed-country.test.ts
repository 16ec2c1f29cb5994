import type { DocumentNode } from 'graphql';
import type { Ask } from '../start/graphql-client';
import { demoBeneficiaries, demoVendors } from './country';
import { seedCountry } from './seed-country';

interface Call {
  name: string;
  variables: Record<string, unknown>;
}

/** A gateway of the imagination: people and vendors stand as told, and the projects named are filled. */
function gateway(world: { suspended?: string; filled?: string[] } = {}): { ask: Ask; calls: Call[] } {
  const calls: Call[] = [];
  const page = (projectId: unknown) => ({ edges: world.filled?.includes(String(projectId)) ? [{ cursor: 'c' }] : [] });
  const answers: Record<string, (variables: Record<string, unknown>) => unknown> = {
    RegisterDemoBeneficiaries: () => ({
      registerBeneficiaries: demoBeneficiaries().map(({ referenceId: id }) => ({ id, status: id === world.suspended ? 'SUSPENDED' : 'ACTIVE' })),
    }),
    RegisterDemoVendor: ({ key }) => ({ registerVendor: { id: key, status: key === world.suspended ? 'SUSPENDED' : 'PENDING' } }),
    ApproveDemoVendor: ({ id }) => ({ approveVendor: { id, status: 'APPROVED' } }),
    DemoProjectIsFilled: ({ projectId }) => ({ project: { enrollments: page(projectId), vendors: page(projectId) } }),
  };
  const ask = async (document: DocumentNode, variables: Record<string, unknown>): Promise<unknown> => {
    const [operation] = document.definitions;
    const name = operation?.kind === 'OperationDefinition' ? (operation.name?.value ?? '') : '';
    calls.push({ name, variables });
    return answers[name]?.(variables) ?? {};
  };
  return { ask: ask as Ask, calls };
}

const named = (calls: Call[], name: string): Array<Record<string, unknown>> => calls.filter((call) => call.name === name).map(({ variables }) => variables);

test('the people are the same at every start, each with a reference of their own, and households share a phone', () => {
  const people = demoBeneficiaries();
  expect(people).toEqual(demoBeneficiaries());
  expect(new Set(people.map(({ referenceId }) => referenceId)).size).toBe(60);
  expect(people.every(({ phone }) => phone === null || /^\+[1-9]\d{6,14}$/.test(phone ?? ''))).toBe(true);
  expect(people.every(({ birthDate }) => !Number.isNaN(Date.parse(birthDate ?? '')))).toBe(true);
  const phones = people.flatMap(({ phone }) => phone ?? []);
  expect(new Set(phones).size).toBeLessThan(phones.length);
  expect(new Set(people.map(({ preferredLanguage }) => preferredLanguage)).size).toBeGreaterThan(1);
  expect(new Set(demoVendors().map(({ name }) => name)).size).toBe(6);
});

test('everybody takes part in every project', async () => {
  const { ask, calls } = gateway();
  await seedCountry(ask, ['a', 'b']);
  expect(named(calls, 'ApproveDemoVendor')).toHaveLength(6);
  expect(named(calls, 'EnrolDemoBeneficiaries').map(({ projectId, beneficiaryIds }) => [projectId, (beneficiaryIds as string[]).length])).toEqual([['a', 60], ['b', 60]]);
  expect(named(calls, 'AssignDemoVendors').map(({ projectId, vendorIds }) => [projectId, (vendorIds as string[]).length])).toEqual([['a', 6], ['b', 6]]);
});

test('a project that was filled by an earlier start is left as it is', async () => {
  const { ask, calls } = gateway({ filled: ['a'] });
  await seedCountry(ask, ['a', 'b']);
  expect(named(calls, 'EnrolDemoBeneficiaries').map(({ projectId }) => projectId)).toEqual(['b']);
  expect(named(calls, 'AssignDemoVendors').map(({ projectId }) => projectId)).toEqual(['b']);
});

test.each(['JUM-0001', 'demo-vendor-0'])('%s, set aside since, is neither brought back nor in the way of a new project', async (suspended) => {
  const { ask, calls } = gateway({ suspended });
  await seedCountry(ask, ['new']);
  const [people, vendors] = [named(calls, 'EnrolDemoBeneficiaries')[0]?.beneficiaryIds, named(calls, 'AssignDemoVendors')[0]?.vendorIds];
  expect([people, vendors].flat()).toHaveLength(65);
  expect([people, vendors].flat()).not.toContain(suspended);
  expect(named(calls, 'ApproveDemoVendor').map(({ id }) => id)).not.toContain(suspended);
});
