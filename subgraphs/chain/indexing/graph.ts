import type { Block, Log } from '../rpc';
import type { EntityModel } from './entity-model';

/** A graph to index: what its rows are, and how they follow from events. */
export interface Graph {
  name: string;
  model: EntityModel;
  /** Names everything that decides the rows. When it changes, all rows are made anew. */
  deployment: string;
  /** The first block that can hold an event. */
  startBlock: number;
  /** First topics of the events that are handled. */
  topics: readonly string[];
  /**
   * Takes over one event. Called in the order of the chain, also for foreign contracts that emit events of the same form.
   * @throws when the event makes no sense; the index then stops for good, because leaving one out would falsify the rest.
   */
  handle(log: Log, block: Block, entities: EntityWriter): Promise<void>;
}

/** The state of an entity: its fields but the derived ones. Big numbers are strings of digits, references are ids. */
export type EntityData = Readonly<Record<string, string | number | boolean | null>>;

/** Entities as they are after all earlier events. */
export interface EntityWriter {
  get(entity: string, id: string): Promise<EntityData | null>;
  /** Replaces an entity as a whole. @throws when the data is not what the model says. */
  set(entity: string, id: string, data: EntityData): void;
}
