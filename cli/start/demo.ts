import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateProjectDocument,
  LoginDocument,
  ProjectBySlugDocument,
  RegisterProjectTypeDocument,
  RetryProjectDeploymentDocument,
  type ProjectBySlugQuery,
} from '../../generated/graphql/documents';
import { seedCountry } from '../seed/seed-country';
import { createAsk, type Ask } from './graphql-client';
import { readImages, type ImageManifest } from './images';
import { sampleSettings, type SettingsSchema } from './sample-settings';
import { serviceAnswers } from './service-answers';
import type { Login } from './seed';
import type { Progress } from './progress';

/** A project that the start has brought up. */
export interface DemoProject {
  id: string;
  name: string;
  type: string;
}

export interface DemoDeps {
  gatewayUrl: string;
  imagesDir: string;
  logins: Login[];
  progress: Progress;
}

/** Asks as the administrator of the demo. */
export interface Session {
  token: string;
  ask: Ask;
}

const LIVE_DEADLINE_MS = 90_000;

/**
 * Registers every image and brings up one project of each type, by the same calls that a person would make. What an earlier
 * start has made is found by its slug and only waited for.
 */
export async function bringUpDemo({ gatewayUrl, imagesDir, logins, progress }: DemoDeps): Promise<DemoProject[]> {
  const images = readImages(imagesDir);
  if (images.length === 0) return [];
  const session = await openSession(gatewayUrl, logins);
  const types = new Map<string, DemoType>();
  for (const image of images) {
    const type = await progress.run(`register ${image.name}:${image.version}`, () => register(session, image));
    types.set(type.code, type);
  }
  const projects = await Promise.all([...types.values()].map((type) => progress.run(`project of type ${type.code}`, () => projectOf(session, type))));
  await progress.run('people and vendors', () => seedCountry(session.ask, projects.map(({ id }) => id)));
  return projects;
}

/** A registered type with the facts of its demo project. */
interface DemoType {
  code: string;
  image: ImageManifest;
  settingsSchema: SettingsSchema;
}

async function register(session: Session, image: ImageManifest): Promise<DemoType> {
  const { registerProjectType: type } = await session.ask(RegisterProjectTypeDocument, { image: `${image.name}:${image.version}` });
  const settingsSchema = type.versions.find(({ version }) => version === image.version)?.settingsSchema ?? {};
  return { code: type.code, image, settingsSchema: settingsSchema as SettingsSchema };
}

/** Logs the administrator of the demo in. */
export async function openSession(gatewayUrl: string, logins: Login[]): Promise<Session> {
  const admin = logins.find(({ role }) => role === 'admin') ?? logins[0];
  if (!admin) throw new Error('There is no demo account to register images with; start with RAHAT_DEMO=false, or with RAHAT_SEED=true.');
  const { login } = await createAsk(gatewayUrl)(LoginDocument, { email: admin.email, password: admin.password });
  return { token: login.accessToken, ask: createAsk(gatewayUrl, login.accessToken) };
}

type ProjectState = NonNullable<ProjectBySlugQuery['projectBySlug']>;

async function projectOf(session: Session, type: DemoType): Promise<DemoProject> {
  const slug = type.image.demo.slug ?? `demo-${type.code}`;
  const found = (await session.ask(ProjectBySlugDocument, { slug })).projectBySlug;
  if (found?.status === 'FAILED') await session.ask(RetryProjectDeploymentDocument, { id: found.id, key: randomUUID() });
  const id = found?.id ?? (await create(session, type, slug));
  const project = await untilActive(session, slug);
  await untilAnswers(session, project);
  return { id, name: project.name, type: project.type };
}

async function create(session: Session, type: DemoType, slug: string): Promise<string> {
  const year = new Date().getUTCFullYear();
  const { name = `Demo ${type.code}`, description, currency, budgetMinor, settings = sampleSettings(type.settingsSchema) } = type.image.demo;
  const input = { slug, name, description, type: type.code, currency, budgetMinor, startsOn: `${year}-01-01`, endsOn: `${year + 1}-12-31`, settings };
  const { createProject } = await session.ask(CreateProjectDocument, { input, key: `demo-${slug}` });
  return createProject.id;
}

async function untilActive(session: Session, slug: string): Promise<ProjectState> {
  const deadline = Date.now() + LIVE_DEADLINE_MS;
  for (;;) {
    const { projectBySlug: project } = await session.ask(ProjectBySlugDocument, { slug });
    if (project?.status === 'ACTIVE' || project?.status === 'PAUSED') return project;
    const reason = project?.deployment?.failureReason;
    if (project?.status === 'FAILED') throw new Error(`The project ${slug} failed to start: ${reason ?? 'no reason was given'}`);
    if (Date.now() > deadline) throw new Error(`The project ${slug} is still ${project?.status ?? 'missing'} after ${LIVE_DEADLINE_MS / 1000} s.`);
    await sleep(100);
  }
}

/** After a restart the project is ACTIVE from the first moment, while its service is still coming back. */
async function untilAnswers(session: Session, project: ProjectState): Promise<void> {
  const deadline = Date.now() + LIVE_DEADLINE_MS;
  while (!(await serviceAnswers(session, project))) {
    if (Date.now() > deadline) throw new Error(`The service of the project ${project.name} does not answer.`);
    await sleep(100);
  }
}
