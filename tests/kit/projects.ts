import { randomUUID } from 'node:crypto';
import {
  CreateTestProjectDocument,
  RegisterTestTypeDocument,
  SeeTestProjectDocument,
  type CreateProjectInput,
  type SeeTestProjectQuery,
} from '../../generated/graphql/documents';
import type { TestSystem } from './system';

/** What a story knows of a project. */
export type SeenProject = NonNullable<SeeTestProjectQuery['project']>;

let counter = 0;

/** A valid input of `createProject`, with a slug of its own. */
export function projectInput(change: Record<string, unknown> = {}): CreateProjectInput {
  counter += 1;
  return {
    slug: `p${counter}-${randomUUID().slice(0, 8)}`,
    name: `Project ${counter}`,
    type: 'tally',
    currency: 'KES',
    budgetMinor: '100000',
    startsOn: '2026-01-01',
    endsOn: '2027-12-31',
    settings: {},
    ...change,
  };
}

/** Registers images as the administrator. */
export async function registerTypes(system: TestSystem, ...images: string[]): Promise<void> {
  for (const image of images) {
    await system.graphql(RegisterTestTypeDocument, { image }, { as: 'admin' });
  }
}

/** Creates a project without waiting for it. */
export async function createProject(system: TestSystem, change: Record<string, unknown> = {}): Promise<string> {
  const variables = { input: projectInput(change), key: randomUUID() };
  const { createProject: created } = await system.graphql(CreateTestProjectDocument, variables, { as: 'admin' });
  return created.id;
}

/** Creates a project and waits until its service is live. */
export async function liveProject(system: TestSystem, change: Record<string, unknown> = {}): Promise<string> {
  const id = await createProject(system, change);
  await untilProject(system, id, (project) => project.status !== 'PROVISIONING' && project.deployment?.status !== 'IN_PROGRESS');
  const project = await seeProject(system, id);
  if (project?.status !== 'ACTIVE') throw new Error(`The project is ${project?.status}: ${project?.deployment?.failureReason}`);
  return id;
}

export async function seeProject(system: TestSystem, id: string): Promise<SeenProject | null> {
  const { project } = await system.graphql(SeeTestProjectDocument, { id }, { as: 'admin' });
  return project ?? null;
}

/** Waits until a project is as wanted. Fails with what it was last. */
export async function untilProject(system: TestSystem, id: string, wanted: (project: SeenProject) => boolean, withinMs = 60_000): Promise<SeenProject> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    // Core may just be restarting: a drill asks again.
    const project = await seeProject(system, id).catch(() => null);
    if (project && wanted(project)) return project;
    if (Date.now() > deadline) throw new Error(`The project never became as wanted. It is ${JSON.stringify(project)}`);
    await pause(100);
  }
}

/** Runs a mutation of one project's life: `pauseProject`, `closeProject`, … */
export async function changeProject(system: TestSystem, mutation: string, id: string, more: Record<string, string> = {}): Promise<void> {
  const extra = Object.entries(more).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`).join('');
  const answer = mutation === 'deleteProject' ? '' : '{ id }';
  await system.graphql(`mutation ($id: ID!, $key: String!) { ${mutation}(id: $id, idempotencyKey: $key${extra}) ${answer} }`, { id, key: randomUUID() }, { as: 'admin' });
}

export function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

/** Waits until something holds. */
export async function until(condition: () => Promise<boolean>, what: string, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It never came true that ${what}.`);
    await pause(50);
  }
}
