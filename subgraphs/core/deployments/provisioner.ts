import { createHmac } from 'node:crypto';
import { databaseUrl, dropDatabase, ensureDatabase, ensureRole } from '#kernel/db';

/** The database of one project: its owner migrates, its service reads and writes. */
export interface ProjectDatabase {
  ownerUrl: string;
  serviceUrl: string;
  serviceRole: string;
}

/** Makes and drops the databases of projects. */
export interface Provisioner {
  provision(projectId: string): Promise<ProjectDatabase>;
  /** Where it is, without making it. */
  locate(projectId: string): ProjectDatabase;
  drop(projectId: string): Promise<void>;
}

export interface ProvisionerOptions {
  /** A role that may create databases and roles. */
  adminUrl: string;
  /** Passwords are derived from it and the project id, so that none need be stored. */
  secret: string;
  /** Prefix of database and role names: several systems may share a server. */
  prefix: string;
}

export function createProvisioner(options: ProvisionerOptions): Provisioner {
  const names = (projectId: string): { database: string; owner: string; service: string } => {
    const database = `${options.prefix}_${projectId.replaceAll('-', '')}`;
    return { database, owner: `${database}_owner`, service: `${database}_service` };
  };
  const password = (role: string): string => createHmac('sha256', options.secret).update(role).digest('base64url');
  const locate = (projectId: string): ProjectDatabase => {
    const { database, owner, service } = names(projectId);
    return {
      ownerUrl: databaseUrl(options.adminUrl, database, { role: owner, password: password(owner) }),
      serviceUrl: databaseUrl(options.adminUrl, database, { role: service, password: password(service) }),
      serviceRole: service,
    };
  };
  return {
    locate,
    provision: async (projectId) => {
      const { database, owner, service } = names(projectId);
      await Promise.all([ensureRole(options.adminUrl, owner, password(owner)), ensureRole(options.adminUrl, service, password(service))]);
      await ensureDatabase(options.adminUrl, database, owner);
      return locate(projectId);
    },
    drop: (projectId) => {
      const { database, owner, service } = names(projectId);
      return dropDatabase(options.adminUrl, database, [owner, service]);
    },
  };
}
