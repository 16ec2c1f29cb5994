import { openControl, runningSupervisor, type ControlAddress, type ControlServer } from './control';
import { dropPrefixed } from './databases';
import { bringUp, type Serving } from './bring-up';
import { endLeftovers, endProjectServices, killLeftovers } from './leftovers';
import type { StartOptions } from './options';
import type { Progress } from './progress';
import { openStateDir } from './state-dir';
import { createSupervisor } from './supervisor';

/** A system that serves. */
export interface RunningSystem extends Serving {
  stateDir: string;
  control: ControlAddress;
  pids: Record<string, number>;
}

/** A local system, from its first to its last process. */
export interface System {
  /** Resolves when it serves. */
  start(): Promise<RunningSystem>;
  /** Stops in order all that runs, also in the middle of a start. */
  stop(): Promise<void>;
  /** Kills all that runs, at once. */
  kill(): void;
}

export interface SystemDeps {
  options: StartOptions;
  progress: Progress;
  /** Called when a process ends that should not, with the end of its log. */
  onDeath: (report: string) => void;
  /** Called when someone asks through the control door that the system ends. */
  onStopRequest: () => void;
}

// The gateway first, so that nobody is answered half; the worker before what it deploys; the database after all who use it.
const ABOVE_PROJECT_SERVICES = ['gateway', 'worker'];
const BELOW_PROJECT_SERVICES = ['chain', 'core', 'anvil'];

export function createSystem({ options, progress, onDeath, onStopRequest }: SystemDeps): System {
  const state = openStateDir(options.stateDir);
  const supervisor = createSupervisor(state, onDeath);
  let control: ControlServer | null = null;
  let stopping: Promise<void> | null = null;

  const kill = (): void => {
    supervisor.killAll();
    if (control) killLeftovers(state);
    control?.close();
  };
  const stopInOrder = async (): Promise<void> => {
    if (!control) return; // another supervisor's state directory: nothing here is ours
    await supervisor.stop(ABOVE_PROJECT_SERVICES);
    await endProjectServices(state);
    await supervisor.stop(BELOW_PROJECT_SERVICES);
    // With a PostgreSQL of our own, all of it goes with its directory.
    if (options.ephemeral && options.adminDatabaseUrl) await dropPrefixed(options.adminDatabaseUrl, options.databasePrefix);
    await supervisor.stop(['postgres']);
    await endLeftovers(state);
    control.close();
  };
  return {
    start: async () => {
      const running = await runningSupervisor(state);
      if (running) throw new Error(`A system runs on ${state.path} already (process ${running.pid}). Stop it first, or choose another STATE_DIR.`);
      const opened = await openControl(state, { status: () => ({ pids: supervisor.pids() }), kill: supervisor.kill, restart: supervisor.restart, stop: async () => onStopRequest() });
      control = opened;
      const leftovers = await endLeftovers(state);
      if (leftovers > 0) progress.say(`          ended ${leftovers} processes that an earlier start had left behind`);
      const serving = await bringUp({ options, progress, state, supervisor });
      return { ...serving, stateDir: state.path, control: { url: opened.url, token: opened.token, pid: opened.pid }, pids: supervisor.pids() };
    },
    stop: () => (stopping ??= stopInOrder()),
    kill,
  };
}
