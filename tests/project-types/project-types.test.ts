import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createComposer, descriptionSchema, type ImageDescription } from '../../subgraphs/core/supergraph';
import { checkCompatible } from '../../subgraphs/core/supergraph/compatibility';
import { checkHouseRules } from '../../subgraphs/core/supergraph/house-rules';
import { createStage, projectFacts, type Stage } from '../../subgraphs/projects/testing/stage';
import { migrateStage, runImage, serveEnvironment, startService } from '../../subgraphs/projects/testing/service-process';
import { newId } from '#kernel/db';

const ROOT = join(__dirname, '../..');
const core = { name: 'core', url: 'https://core', sdl: readFileSync(join(ROOT, 'subgraphs/core/schema.graphql'), 'utf8') };
const composer = createComposer(join(ROOT, 'dist/subgraphs/core/compose.worker.js'));
afterAll(() => composer.close());

async function describeImage(image: string): Promise<ImageDescription> {
  const { output } = await runImage(image, 'describe');
  return descriptionSchema.parse(JSON.parse(output));
}

async function composes(...images: string[]): Promise<boolean> {
  const types = await Promise.all(images.map(describeImage));
  const result = await composer.compose([core, ...types.map(({ type, sdl }) => ({ name: type, url: `https://${type}`, sdl }))]);
  return result.ok;
}

async function brokenRules(image: string): Promise<string[]> {
  const { type, sdl } = await describeImage(image);
  return checkHouseRules(type, sdl).map(({ where, rule }) => `${where} ${rule}`);
}

describe('what the registry makes of them', () => {
  it.each(['rfv:1.0.0', 'tally:1.0.0', 'tally:2.0.0', 'tally:3.0.0-breaking', 'crasher:1.0.0', 'neverready:1.0.0', 'noncomposing:1.0.0'])('%s keeps the rules', async (image) => {
    expect(await brokenRules(image)).toEqual([]);
  });

  it('unprefixed breaks the rules about names, and each breach is named', async () => {
    expect(await brokenRules('unprefixed:1.0.0')).toEqual(['Parcel 2', 'Query.parcels 1', 'Query.parcels 1', 'Query.parcels 1']);
  });

  it('all compose with core and with each other, but noncomposing', async () => {
    expect(await composes('rfv:1.0.0', 'tally:2.0.0', 'crasher:1.0.0', 'neverready:1.0.0')).toBe(true);
    expect(await composes('noncomposing:1.0.0')).toBe(false);
  });

  it('tally 2 only adds to tally 1, and tally 3 does not', async () => {
    const [first, second, third] = await Promise.all(['tally:1.0.0', 'tally:2.0.0', 'tally:3.0.0-breaking'].map(describeImage));
    expect(checkCompatible(first?.sdl ?? '', second?.sdl ?? '')).toEqual([]);
    expect(checkCompatible(second?.sdl ?? '', third?.sdl ?? '').map(({ where }) => where)).toContain('TallyProject.count');
  });
});

describe('what they do', () => {
  const stages: Stage[] = [];
  afterEach(() => Promise.all(stages.splice(0).map((stage) => stage.close())));

  async function stageFor(image: string, settings: Record<string, unknown>): Promise<Stage> {
    const stage = await createStage(projectFacts({ type: image.split(':')[0] ?? '', settings }));
    stages.push(stage);
    await migrateStage(stage, image);
    return stage;
  }

  async function readiness(stage: Stage, image: string): Promise<number> {
    const service = await startService(stage, image);
    const call = { url: service.url, path: '/readiness', identity: `spiffe://rahat/project/${stage.facts.id}/*` };
    const status = await stage.as('worker').call(call).then(() => 200, (error: { status: number }) => error.status);
    await service.stop();
    return status;
  }

  it('the crasher ends at start and says why, until its settings say that it was mended', async () => {
    const stage = await stageFor('crasher:1.0.0', {});
    const env = await serveEnvironment(stage, { instanceId: newId(), generation: 1, facts: stage.facts });
    expect(await runImage('crasher:1.0.0', 'serve', env)).toMatchObject({ code: 1, output: expect.stringContaining('The crasher crashed') });
    stage.facts = { ...stage.facts, settings: { mended: true }, revision: 2 };
    expect(await readiness(stage, 'crasher:1.0.0')).toBe(200);
  });

  it('never-ready serves but is not ready, until its settings say that it was mended', async () => {
    expect(await readiness(await stageFor('neverready:1.0.0', {}), 'neverready:1.0.0')).toBe(503);
    expect(await readiness(await stageFor('neverready:1.0.0', { mended: true }), 'neverready:1.0.0')).toBe(200);
  });

  it('tally 1 goes on counting in the database that tally 2 has migrated', async () => {
    const stage = await stageFor('tally:1.0.0', {});
    const one = await startService(stage, 'tally:1.0.0');
    await migrateStage(stage, 'tally:2.0.0');
    const two = await startService(stage, 'tally:2.0.0', { generation: 2 });
    const add = (more: string) => `mutation { tallyAdd(projectId: "${stage.facts.id}", by: 2, idempotencyKey: "${newId()}"${more}) }`;
    expect((await one.ask(add(''))).data).toEqual({ tallyAdd: 2 });
    expect((await two.ask(add(', note: "from the second"'))).data).toEqual({ tallyAdd: 4 });
    const history = await two.ask(`{ tallyHistory(projectId: "${stage.facts.id}") { by note } }`);
    expect(history.data).toEqual({ tallyHistory: [{ by: 2, note: null }, { by: 2, note: 'from the second' }] });
    await Promise.all([one.stop(), two.stop()]);
  });
});
