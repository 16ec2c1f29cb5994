import { z } from 'zod';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';
import { fromPg, type SqlTransaction } from '#kernel/db';
import { changeProject, readProject } from '../../../subgraphs/projects/runtime';
import type { TallyRepository } from './tally.repository';

const counted = defineEvent({ name: 'project.tally.mark-added', version: 1, payload: z.object({ count: z.number().int() }), sentence: 'Something was counted.' });

export interface AddRequest {
  actorId: string;
  idempotencyKey: string;
  input: { by: number; note?: string | null };
}

export class TallyService {
  constructor(
    private readonly repository: TallyRepository,
    private readonly insert: (tx: SqlTransaction, input: AddRequest['input']) => Promise<void>,
  ) {}

  count(): Promise<number> {
    return this.repository.count();
  }

  async label(): Promise<string> {
    return (await readProject(fromPg(this.repository.pool))).name;
  }

  add(request: AddRequest): Promise<number> {
    return this.repository.transaction((tx) =>
      changeProject(tx, { ...request, operation: 'tallyAdd' }, async (project) => {
        await this.insert(tx, request.input);
        const count = await this.repository.count(tx);
        const about = { projectId: project.id, entityType: 'Project', entityId: project.id };
        await appendAudit(tx, { ...about, actorId: request.actorId, action: counted.name, organizationId: project.organizationId, payload: { count } });
        await appendEvent(tx, { definition: counted, projectId: project.id, aggregateType: 'Project', aggregateId: project.id, payload: { count } });
        return count;
      }),
    );
  }
}
