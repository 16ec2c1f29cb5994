import { invariant } from '#kernel/errors';
import type { ProjectFacts, ProjectLifecycle } from '../deployments';
import type { CoreTransaction } from '../database';
import { tell } from './news';
import type { ProjectNews } from './project.events';
import { factsOf } from './project-facts';
import type { ProjectRepository, ProjectRow } from './project.repository';

/** What becomes of a project when its deployment moves. Acts as the system. */
export class DeploymentOutcome implements ProjectLifecycle {
  constructor(private readonly repository: ProjectRepository) {}

  async facts(projectId: string): Promise<ProjectFacts> {
    const row = await this.repository.find(projectId);
    invariant(row, 'a deployment belongs to a project');
    return factsOf(row);
  }

  async activated(tx: CoreTransaction, projectId: string, live: { version: string; generation: number }): Promise<void> {
    const row = await this.lock(tx, projectId);
    if (row.status === 'PROVISIONING') await this.move(tx, row, 'ACTIVE', 'activated', live);
    else await tell(tx, 'upgraded', row, { actorId: null, payload: live });
  }

  async failed(tx: CoreTransaction, projectId: string, failure: { code: string; reason: string }): Promise<void> {
    const row = await this.lock(tx, projectId);
    await this.move(tx, row, 'FAILED', 'failed', { code: failure.code });
  }

  async upgradeFailed(tx: CoreTransaction, projectId: string, failure: { code: string; reason: string; version: string }): Promise<void> {
    const row = await this.lock(tx, projectId);
    await tell(tx, 'upgradeFailed', row, { actorId: null, payload: { code: failure.code, version: failure.version } });
  }

  async closed(tx: CoreTransaction, projectId: string): Promise<void> {
    const row = await this.lock(tx, projectId);
    if (row.status === 'CLOSING') await this.move(tx, row, 'CLOSED', 'closed', {});
  }

  private async lock(tx: CoreTransaction, projectId: string): Promise<ProjectRow> {
    const row = await this.repository.lock(tx, projectId);
    invariant(row, 'a deployment belongs to a project');
    return row;
  }

  private async move(tx: CoreTransaction, row: ProjectRow, status: ProjectRow['status'], news: ProjectNews, payload: Record<string, unknown>): Promise<void> {
    const moved = await this.repository.update(tx, row.id, { status });
    await tell(tx, news, moved, { actorId: null, payload });
  }
}
