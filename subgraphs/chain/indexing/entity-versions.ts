import type { SqlTransaction } from '#kernel/db';
import { invariant } from '#kernel/errors';
import type { EntityModel, EntityType } from './entity-model';
import type { EntityData, EntityWriter } from './graph';

/** The database failed while an event was handled: the event is not at fault. */
export class EntityReadError extends Error {}

/** Entities under change. What is set belongs to the block that is being handled and is written by `closeBlock`. */
export interface EntityVersions extends EntityWriter {
  /** Writes what changed in this block as new versions. */
  closeBlock(blockNumber: number): Promise<void>;
}

interface Changed {
  entity: string;
  id: string;
  data: EntityData;
}

const CURRENT = 'SELECT data FROM entity_version WHERE graph = $1 AND entity = $2 AND id = $3 AND block_to IS NULL';
const INCOMING = 'jsonb_to_recordset($3::jsonb) AS c(entity text, id text, data jsonb)';
const END_OLDER = `UPDATE entity_version v SET block_to = $2 FROM ${INCOMING}
  WHERE v.graph = $1 AND v.entity = c.entity AND v.id = c.id AND v.block_to IS NULL AND v.block_from < $2`;
const START_NEW = `INSERT INTO entity_version (graph, entity, id, block_from, data) SELECT $1, c.entity, c.id, $2, c.data FROM ${INCOMING}`;

/** Entities of one graph within one transaction. Whatever was read or set is kept in memory until its end. */
export function openEntityVersions(tx: SqlTransaction, graph: string, model: EntityModel): EntityVersions {
  const known = new Map<string, EntityData | null>();
  const changed = new Map<string, Changed>();
  return {
    get: async (entity, id) => {
      const key = `${entity} ${id}`;
      const seen = known.get(key);
      if (seen !== undefined) return seen;
      const found = await readCurrent(tx, graph, entity, id);
      known.set(key, found);
      return found;
    },
    set: (entity, id, data) => {
      assertFits(model.get(entity), entity, id, data);
      known.set(`${entity} ${id}`, data);
      changed.set(`${entity} ${id}`, { entity, id, data });
    },
    closeBlock: async (blockNumber) => {
      if (changed.size === 0) return;
      const rows = JSON.stringify([...changed.values()]);
      await tx.execute(END_OLDER, [graph, blockNumber, rows]);
      await tx.execute(START_NEW, [graph, blockNumber, rows]);
      changed.clear();
    },
  };
}

async function readCurrent(tx: SqlTransaction, graph: string, entity: string, id: string): Promise<EntityData | null> {
  try {
    const [row] = await tx.query<{ data: EntityData }>(CURRENT, [graph, entity, id]);
    return row?.data ?? null;
  } catch (cause) {
    throw new EntityReadError(`The ${entity} ${id} could not be read.`, { cause });
  }
}

function assertFits(type: EntityType | undefined, entity: string, id: string, data: EntityData): void {
  invariant(type, `there is no entity ${entity}`);
  invariant(data.id === id, `${entity} ${id} holds another id`);
  for (const name of Object.keys(data)) invariant(isStored(type, name), `${entity} has no field ${name} to store`);
  for (const [name, field] of type.fields) {
    invariant(!field.required || field.kind === 'derived' || (data[name] ?? null) !== null, `${entity} ${id} lacks ${name}`);
  }
}

function isStored(type: EntityType, name: string): boolean {
  const field = type.fields.get(name);
  return field !== undefined && field.kind !== 'derived';
}
