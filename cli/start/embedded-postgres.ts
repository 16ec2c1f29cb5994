import { answers, prepareCluster } from '../postgres/cluster';
import { dataDirectory } from '../postgres/data-directory';
import { accountForPostgres } from '../postgres/account';
import type { ChildSpec } from './child';
import { keptSecret, type StateDir } from './state-dir';

/** The embedded PostgreSQL as a process of the system, and the URL of its administrator. */
export async function embeddedPostgres(state: StateDir, options: { root: string; port: number; unsafe: boolean }): Promise<{ spec: ChildSpec; adminUrl: string }> {
  const cluster = await prepareCluster({
    ...options,
    dataDirectory: dataDirectory(state.path, accountForPostgres()),
    password: keptSecret(state, 'postgres'),
  });
  const spec: ChildSpec = {
    name: 'postgres',
    command: cluster.command,
    args: cluster.args,
    account: cluster.account,
    // Only what a server needs: locale and libraries are its own.
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
    // "Fast shutdown": connections are ended, data is written.
    stopSignal: 'SIGINT',
    ready: () => answers(cluster.adminUrl),
  };
  return { spec, adminUrl: cluster.adminUrl };
}
