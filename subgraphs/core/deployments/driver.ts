import type { ImageDescription } from '../supergraph';

/** One instance to run. */
export interface InstanceSpec {
  instanceId: string;
  projectId: string;
  generation: number;
  image: string;
  /** Variables of the service besides those that the driver itself knows (certificate, endpoint, listening address). */
  environment: Record<string, string>;
}

/** What really runs. `url` is null until the service listens. */
export interface ObservedInstance {
  url: string | null;
}

/**
 * Runs images. The port of every way to run a service: child processes, Docker, Kubernetes.
 * All calls are idempotent; an instance is named by its id and by nothing else (never by a process id).
 */
export interface Driver {
  /** Runs `describe` of an image. @throws AppError UNKNOWN_PROJECT_TYPE when there is no such image, DEPLOYMENT_FAILED when it fails. */
  describe(image: string): Promise<ImageDescription>;
  /** Runs `migrate` of an image once. @throws AppError DEPLOYMENT_FAILED with the end of its output. */
  migrate(image: string, environment: Record<string, string>): Promise<void>;
  /** Starts an instance unless it runs. */
  start(spec: InstanceSpec): Promise<void>;
  /** Every instance of this system that runs now. */
  observe(): Promise<Map<string, ObservedInstance>>;
  /** The end of what an instance printed, for people; empty when unknown. */
  logTail(instanceId: string): Promise<string>;
  /** Stops an instance: politely first, by force after `graceMs`. */
  stop(instanceId: string, graceMs: number): Promise<void>;
  /** Removes what an instance left behind (certificates, logs are kept). */
  forget(instanceId: string): Promise<void>;
  /** Images that this driver can find without asking a registry, as `name:version`. */
  available(): Promise<string[]>;
}
