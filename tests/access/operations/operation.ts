import { newId } from '#kernel/db';
import type { FeedEvent } from '../../../subgraphs/core/feed';
import type { Place, Rows } from '../rows';

/** How a role is held: in the organisation, in one project, or in one area. */
export type Holding = 'organization' | 'project' | 'area';

/** What an operation is tried on. */
export interface Target {
  variables: Record<string, unknown>;
  /** The project that the target belongs to, when it has one of its own. */
  projectId?: string;
  /** What a list must show for the target to count as seen. */
  shows?: string;
  /** What a subscription is to tell of. */
  event?: FeedEvent;
}

/** What operations are tried with, besides fresh rows. */
export interface Around {
  rows: Rows;
  place: Place;
  /** How the caller holds the role that is tried. */
  holding: Holding;
  /** An administrator of the place, who has made what has a maker. */
  adminId: string;
  /** Hash of the password "a long password". */
  passwordHash: string;
}

/** One root field: how a target for it is made, and which borders the target lies behind. */
export interface Operation {
  /** Across each of these nobody may get, whatever they hold on their own side. None: the field is about no row of anybody. */
  borders: readonly Holding[];
  target(around: Around): Promise<Target>;
}

export const EVERYWHERE: readonly Holding[] = ['organization', 'project', 'area'];
/** Belongs to a project, but lies in no area. */
export const PROJECT: readonly Holding[] = ['organization', 'project'];
export const ORGANIZATION: readonly Holding[] = ['organization'];

/** An event about a row of the place. */
export function told(name: string, { place }: Around, aggregateType: string, aggregateId: string): FeedEvent {
  return { position: '1', id: newId(), name, version: 1, projectId: place.projectId, aggregateType, aggregateId, occurredAt: new Date().toISOString() };
}
