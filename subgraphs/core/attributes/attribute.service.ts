import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { attributeEvents } from './attribute.events';
import { changeSchema, defineSchema } from './attribute.inputs';
import type { AttributeRepository } from './attribute.repository';
import { WITH_OPTIONS, WITH_PATTERN } from './check-value';
import type { Definition } from './definition';

const WRITE = 'attribute:write';
const MAX_KEYS = 200;

/** Use cases of attributes. Each change is idempotent by key, audited and announced in its own transaction. */
export class AttributeService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: AttributeRepository,
  ) {}

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the key is taken there, or means something else elsewhere), NOT_FOUND (the project). */
  define(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(defineSchema, raw);
    return change(this.database, principal, { operation: 'defineAttribute', key, request: input }, async (tx, organizationId) => {
      await this.admit(tx, principal, organizationId, input.projectId);
      const attribute = await this.repository.lockKey(tx, { organizationId, key: input.key, type: input.type, isPersonal: input.isPersonal });
      if (attribute.type !== input.type) throw new ConflictError('input.type', `must be ${attribute.type}, as elsewhere in the organisation: define another key`);
      if (attribute.isPersonal !== input.isPersonal) throw new ConflictError('input.isPersonal', `must be ${attribute.isPersonal}, as elsewhere in the organisation: define another key`);
      if (await this.repository.latest(tx, { organizationId, projectId: input.projectId, key: input.key })) throw new ConflictError('input.key', 'is defined there already: change it');
      if ((await this.repository.keysOf(tx, organizationId)) > MAX_KEYS) throw new BadInputError('input.key', `is one too many: an organisation has at most ${MAX_KEYS}`);
      return this.write(tx, principal, 'defined', { ...input, id: newId(), organizationId, version: 1, active: true, createdAt: new Date() });
    });
  }

  /** Makes another version. @throws AppError BAD_USER_INPUT, NOT_FOUND, INVALID_TRANSITION (a newer version is there). */
  change(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { pattern, ...given } = parseInput(changeSchema, raw);
    return change(this.database, principal, { operation: 'changeAttribute', key, request: { id, pattern, ...given } }, async (tx, organizationId) => {
      const seen = await this.repository.findToChange(tx, principal, id);
      if (!seen) throw new NotFoundError('The attribute');
      await this.admit(tx, principal, organizationId, seen.projectId);
      await this.repository.lockKey(tx, { organizationId, key: seen.key, type: seen.type, isPersonal: seen.isPersonal });
      const latest = await this.repository.latest(tx, { organizationId, projectId: seen.projectId, key: seen.key });
      if (latest?.id !== seen.id) throw new AppError('INVALID_TRANSITION', 'A newer version of this attribute is there: read it, then change it.', { field: 'id' });
      const changed = {
        ...latest,
        label: given.label ?? latest.label,
        required: given.required ?? latest.required,
        options: given.options ?? latest.options,
        active: given.active ?? latest.active,
        pattern: pattern === undefined ? latest.pattern : pattern,
      };
      return this.write(tx, principal, 'changed', { ...changed, id: newId(), version: latest.version + 1 });
    });
  }

  private async admit(tx: CoreTransaction, principal: Principal, organizationId: string, projectId: string | null): Promise<void> {
    if (projectId === null) {
      if (!holds(principal, WRITE)) throw new ForbiddenError(WRITE);
      return;
    }
    if (!holds(principal, WRITE, projectId) || !(await this.repository.isProject(tx, organizationId, projectId))) throw new NotFoundError('The project');
  }

  private async write(tx: CoreTransaction, principal: Principal, news: keyof typeof attributeEvents, definition: Definition): Promise<string> {
    fits(definition);
    await this.repository.insert(tx, definition, principal.subject);
    const { id, organizationId, key, version, projectId } = definition;
    const about = attributeEvents[news];
    const project = projectId === null ? {} : { projectId };
    await appendAudit(tx.sql, { actorId: principal.subject, action: about.name, entityType: 'AttributeDefinition', entityId: id, organizationId, ...project, payload: { key, version } });
    await appendEvent(tx.sql, { definition: about, ...project, aggregateType: 'AttributeDefinition', aggregateId: id, payload: { definitionId: id, organizationId, key, version } });
    return id;
  }
}

function fits({ type, options, pattern }: Definition): void {
  if (WITH_OPTIONS.has(type) !== options.length > 0) throw new BadInputError('input.options', WITH_OPTIONS.has(type) ? 'must not be empty: something is to be chosen' : `must be left out: nothing is chosen of a ${type}`);
  if (pattern !== null && !WITH_PATTERN.has(type)) throw new BadInputError('input.pattern', `must be left out: a ${type} has its own form`);
}
