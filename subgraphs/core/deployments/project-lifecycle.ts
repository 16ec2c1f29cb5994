import type { CoreTransaction } from '../database';

/** What a project service is told of its project (docs/architecture.md). Amounts in minor units as digits, dates ISO 8601. */
export interface ProjectFacts {
  id: string;
  organizationId: string;
  slug: string;
  name: string;
  type: string;
  status: string;
  currency: string;
  budgetMinor: string;
  startsOn: string;
  endsOn: string;
  settings: Record<string, unknown>;
  revision: number;
}

/** What the deployment tells the project of its fate. Implemented by the projects slice; each runs in the given transaction. */
export interface ProjectLifecycle {
  facts(projectId: string): Promise<ProjectFacts>;
  /** A generation is live: the first makes the project ACTIVE, a later one is an upgrade. */
  activated(tx: CoreTransaction, projectId: string, live: { version: string; generation: number }): Promise<void>;
  /** The first deployment failed: the project is FAILED. */
  failed(tx: CoreTransaction, projectId: string, failure: { code: string; reason: string }): Promise<void>;
  /** An upgrade failed: the project goes on with what it ran. */
  upgradeFailed(tx: CoreTransaction, projectId: string, failure: { code: string; reason: string; version: string }): Promise<void>;
  /** The service has stopped for good: the project is CLOSED. */
  closed(tx: CoreTransaction, projectId: string): Promise<void>;
}
