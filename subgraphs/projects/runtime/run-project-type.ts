import { runProcess } from '#kernel/lifecycle';
import { openLogExports } from '#kernel/logs';
import { createLogger } from '#kernel/telemetry';
import { describeType } from './commands/describe';
import { migrateType } from './commands/migrate';
import { writeTypeSchema } from './commands/print-schema';
import { serveType } from './commands/serve';
import { migrateEnv, serveEnv } from './env';
import type { ProjectType } from './project-type';

type Command = (type: ProjectType, args: readonly string[]) => Promise<void>;

/** What every image can do: the same under every driver. */
const COMMANDS: Readonly<Record<string, Command>> = {
  describe: async (type) => {
    process.stdout.write(`${JSON.stringify(await describeType(type))}\n`);
  },
  migrate: async (type) => {
    const env = migrateEnv();
    const applied = await migrateType(type, { ownerUrl: env.DATABASE_URL, serviceRole: env.SERVICE_ROLE });
    console.log(`${type.name} ${type.version}: applied ${applied.join(', ') || 'nothing, all was there'}`);
  },
  serve: async (type) => {
    const env = serveEnv();
    const bindings = { projectId: env.PROJECT.id, instanceId: env.INSTANCE_ID, generation: env.GENERATION };
    const logs = openLogExports(env, { service: `project:${type.name}`, instance: env.INSTANCE_ID, release: type.version });
    const logger = createLogger({ name: `${type.name}-${type.version}`, level: env.LOG_LEVEL, bindings, sinks: logs.sinks });
    runProcess(logger, (closers) => {
      closers.add('logs', () => logs.close());
      return serveType(type, { env, logger, closers });
    });
  },
  'print-schema': async (type, [file = 'schema.graphql', flag]) => {
    const fresh = await writeTypeSchema(type, file, { check: flag === '--check' });
    if (!fresh && flag === '--check') throw new Error(`${file} is stale: run print-schema without --check and commit it.`);
  },
};

/** The whole `main.ts` of a type: runs the command that the command line names, and exits 1 with a reason when it fails. */
export function runProjectType(type: ProjectType): void {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  const run = command ? command(type, args) : Promise.reject(new Error(`Usage: main.js ${Object.keys(COMMANDS).join(' | ')}`));
  run.catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
