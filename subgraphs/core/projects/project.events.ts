import { z } from 'zod';
import { defineEvent } from '#kernel/events';

/** The facts that services keep of their project; see `ProjectFacts` in docs/architecture.md. */
const facts = z.object({
  id: z.uuid(),
  organizationId: z.uuid(),
  slug: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  currency: z.string(),
  budgetMinor: z.string(),
  startsOn: z.string(),
  endsOn: z.string(),
  settings: z.record(z.string(), z.unknown()),
  revision: z.number().int(),
});

const define = (name: string, sentence: string) => defineEvent({ name: `project.${name}`, version: 1, payload: facts, sentence });

/** The news of a project's life. Each carries the facts as they are after the change. */
export const projectEvents = {
  created: define('created', 'A project was created; its service is wanted unless it is a draft.'),
  updated: define('updated', 'Facts or settings of a project changed.'),
  activated: define('activated', 'The service of a project is live for the first time.'),
  failed: define('failed', 'The service of a project could not be brought up.'),
  retried: define('retried', 'Another attempt to bring up the service of a project is wanted.'),
  upgradeRequested: define('upgrade-requested', 'Another version of the service of a project is wanted.'),
  upgraded: define('upgraded', 'The service of a project runs another version now.'),
  upgradeFailed: define('upgrade-failed', 'An upgrade failed; the project goes on with the version it ran.'),
  paused: define('paused', 'A project was paused: its service refuses changes.'),
  resumed: define('resumed', 'A paused project goes on.'),
  closing: define('closing', 'A project is being closed: gateways no longer ask its service.'),
  closed: define('closed', 'The service of a project has stopped for good.'),
  archived: define('archived', 'A closed project was put away.'),
  deleted: define('deleted', 'A project that never handled money was deleted.'),
} as const;

export type ProjectNews = keyof typeof projectEvents;
