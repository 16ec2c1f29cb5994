import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '#kernel/db';
import { createInternalClient, type InternalClient } from '#kernel/tls';
import { createTestDatabase, type TestDatabase } from '../../../tests/kit/database';
import { testEnvironment } from '../../../tests/kit/environment';
import type { ProjectFacts } from '../runtime';
import { issueStageCertificates, type StageCertificates } from './certificates';
import { startFakeCore, type FakeCore } from './fake-core';

/** Everything around one project service but the service: its empty database, certificates, and a core that takes its news. */
export interface Stage {
  folder: string;
  database: TestDatabase;
  certificates: StageCertificates;
  core: FakeCore;
  facts: ProjectFacts;
  /** Calls a service as one of the rooms. */
  as(room: 'gateway' | 'worker' | 'chain'): InternalClient;
  close(): Promise<void>;
}

/** Facts of a project for tests; what matters to a test it gives itself. */
export function projectFacts(changes: Partial<ProjectFacts> & Pick<ProjectFacts, 'type'>): ProjectFacts {
  return {
    id: newId(),
    organizationId: newId(),
    slug: 'flood-2026',
    name: 'Flood 2026',
    status: 'ACTIVE',
    currency: 'NPR',
    budgetMinor: '1000000',
    startsOn: '2026-01-01',
    endsOn: '2026-12-31',
    settings: {},
    revision: 1,
    ...changes,
  };
}

export async function createStage(facts: ProjectFacts): Promise<Stage> {
  const folder = mkdtempSync(join(testEnvironment().folder, 'stage-'));
  const [database, certificates] = await Promise.all([createTestDatabase('empty'), issueStageCertificates(folder)]);
  const core = await startFakeCore(certificates.of('core'));
  const clients = new Map<string, InternalClient>();
  return {
    folder,
    database,
    certificates,
    core,
    facts,
    as: (room) => {
      const client = clients.get(room) ?? createInternalClient(certificates.of(room));
      clients.set(room, client);
      return client;
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
      await core.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
