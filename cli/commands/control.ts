import { readEnv } from '../env';
import { callSupervisor, runningSupervisor, type ControlAddress } from '../start/control';
import { openStateDir } from '../start/state-dir';
import type { Command } from './command';

/** Verbs that ask the supervisor of STATE_DIR, from another terminal. */
export const controlCommands: readonly Command[] = [
  control('status', '', 'List the processes of the running system.'),
  control('kill', '<process>', 'End one process without warning, to see how the others take it.'),
  control('restart', '<process>', 'Stop one process and start it again.'),
  control('stop', '', 'Stop the running system.'),
];

function control(name: string, argument: string, sentence: string): Command {
  return {
    name,
    usage: `${name} ${argument}`.trim(),
    sentence,
    run: async ([target = '']) => {
      const address = await supervisorOrThrow();
      console.log(JSON.stringify(await callSupervisor(address, `${name}/${encodeURIComponent(target)}`), null, 2));
      return 0;
    },
  };
}

async function supervisorOrThrow(): Promise<ControlAddress> {
  const state = openStateDir(readEnv(process.env).STATE_DIR);
  const address = await runningSupervisor(state);
  if (!address) throw new Error(`No system runs on ${state.path}; start one with \`npm start\`.`);
  return address;
}
