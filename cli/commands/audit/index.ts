import { checkpoint } from './checkpoint';
import { exportLog } from './export';
import { verify } from './verify';
import type { Command } from '../command';
import { CALLER_USAGE } from '../sign-in';

const USAGE = `Usage: rahat audit verify <export.ndjson> [--key <verifier key>]... [--checkpoint <file>]... [--json]
       rahat audit export --out <file> [--from <time>] [--to <time>] [--project <id>] [--known <size>]... ${CALLER_USAGE}
       rahat audit checkpoint [--out <file>] ${CALLER_USAGE}
verify needs no network and no account. Give it the key that you were given by the organisation (--key), and a checkpoint that you have kept (--checkpoint): without
a key it shows only that the file agrees with itself. Ends with 0: everything is as it was signed; 1: it is not, or cannot be read.`;

const verbs: Readonly<Record<string, (args: string[]) => Promise<number>>> = { verify, export: exportLog, checkpoint };

/** The audit log as files that prove themselves: getting them, and checking them. */
export const audit: Command = {
  name: 'audit',
  usage: 'audit verify|export|checkpoint',
  sentence: 'Check an export of the audit log offline; get one; keep a checkpoint (`rahat audit --help`).',
  run: async ([verb = '', ...args]) => {
    const run = verbs[verb];
    if (run && !args.includes('--help')) return run(args);
    if (verb === '--help' || args.includes('--help')) {
      console.log(USAGE);
      return 0;
    }
    throw new Error(USAGE);
  },
};
