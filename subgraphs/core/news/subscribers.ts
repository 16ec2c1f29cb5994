import { applyOnce, toCloudEvent, type EventEnvelope } from '#kernel/events';
import type { Jobs } from '#kernel/jobs';
import { identity, type InternalClient } from '#kernel/tls';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { addressOf, liveInstance, reconcileProject, type DeploymentsRepository, type ServiceClient } from '../deployments';

/** Something that acts on events. `handle` may run more than once for the same event and must make that harmless. */
export interface Subscriber {
  name: string;
  wants(eventName: string): boolean;
  handle(event: EventEnvelope): Promise<void>;
}

export interface SubscriberDeps {
  database: CoreDatabase;
  jobs: Jobs;
  deployments: DeploymentsRepository;
  services: ServiceClient;
  client: InternalClient;
  /** Where the chain room is, when there is one. */
  chainUrl: string | undefined;
  recordContract(tx: CoreTransaction, event: EventEnvelope): Promise<void>;
}

const WANTS_SERVICE = new Set(['project.created', 'project.retried', 'project.upgrade-requested', 'project.closing']);
const FOR_CHAIN = new Set(['project.created', 'project.updated', 'project.retried', 'audit.checkpoint-signed']);
/** Core's own news of a project, not that of its service (`project.<type>.…`). */
const ABOUT_PROJECT = /^project\.[a-z-]+$/;

/** Who listens to what in core. */
export function coreSubscribers(deps: SubscriberDeps): Subscriber[] {
  const subscribers: Subscriber[] = [
    {
      name: 'deployments',
      wants: (name) => WANTS_SERVICE.has(name),
      handle: async ({ projectId }) => {
        if (projectId) await deps.jobs.enqueue(reconcileProject, { projectId }, { deduplicationId: projectId });
      },
    },
    {
      name: 'project-service',
      wants: (name) => ABOUT_PROJECT.test(name),
      handle: async (event) => {
        const deployment = event.projectId ? await deps.deployments.find(event.projectId) : null;
        const instance = deployment?.desired === 'RUNNING' ? liveInstance(deployment) : null;
        // Without a live instance there is nobody to tell: the next one is born with the newest facts.
        if (instance?.url && instance.state === 'ATTACHED') await deps.services.deliver(addressOf(instance), [event]);
      },
    },
    {
      name: 'contract-addresses',
      wants: (name) => name === 'chain.contract-deployed',
      handle: (event) =>
        transaction(deps.database, async (tx) => {
          await applyOnce(tx.sql, 'contract-addresses', event.id, () => deps.recordContract(tx, event));
        }),
    },
  ];
  const { chainUrl } = deps;
  if (chainUrl) {
    subscribers.push({
      name: 'chain',
      wants: (name) => FOR_CHAIN.has(name),
      handle: async (event) => {
        await deps.client.call({ url: chainUrl, path: '/internal/events', identity: identity.chain, method: 'POST', body: { events: [toCloudEvent(event)] } });
      },
    });
  }
  return subscribers;
}
