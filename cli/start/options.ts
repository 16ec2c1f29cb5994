/** The ports of a local system. */
export interface Ports {
  gateway: number;
  core: number;
  worker: number;
  chain: number;
  postgres: number;
  anvil: number;
}

/** What kind of system to start. */
export interface StartOptions {
  /** Root of the repository: node_modules, dist/ and data files are found from it. */
  root: string;
  stateDir: string;
  /** 0: a free one is chosen. */
  ports: Ports;
  /** A PostgreSQL that runs already, as a role that may create databases and roles. Without it an embedded one is started. */
  adminDatabaseUrl: string | null;
  /** Stands before the names of databases and roles, so that systems can share a server. Dropped at the end when `ephemeral`. */
  databasePrefix: string;
  /** A system for one test: nothing is kept, PostgreSQL trades safety for speed. */
  ephemeral: boolean;
  imagesDir: string;
  chain: boolean;
  /** A development chain to use where npm brought none for this machine. */
  anvilBin: string | null;
  seed: boolean;
  /** Whether to register the images and to bring up one project of each type. */
  demo: boolean;
  logLevel: string;
}
