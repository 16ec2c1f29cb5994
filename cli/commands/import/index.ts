import { createInterface } from 'node:readline/promises';
import type { Command } from '../command';
import { askAs } from '../sign-in';
import { readImportOptions, USAGE, type ImportOptions } from './options';
import { createProgressBar } from './progress-bar';
import { runImport } from './run-import';

/** Imports a file of registrations through the gateway, as anybody may who holds the permission. */
export const importFile: Command = {
  name: 'import',
  usage: 'import <file> --country <code>',
  sentence: 'Register the people of a CSV, XLSX or JSON file (`rahat import --help`).',
  run: async (args) => {
    if (args.includes('--help')) {
      console.log(USAGE);
      return 0;
    }
    const options = readImportOptions(args);
    const bar = createProgressBar(process.stderr, options.json);
    const say = (text: string): void => void (options.json || console.log(text));
    try {
      const ask = await askAs(options);
      const { exitCode, batch } = await runImport({ ask, bar, say, confirm: confirming(options) }, options);
      if (options.json) console.log(JSON.stringify(batch));
      else say(`Import ${batch.id} is ${batch.status}.`);
      return exitCode;
    } finally {
      bar.end();
    }
  },
};

function confirming({ json }: ImportOptions): (question: string) => Promise<boolean> {
  return async (question) => {
    if (json || !process.stdin.isTTY) return false;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(`${question} [y/N] `);
    terminal.close();
    return /^y(es)?$/i.test(answer.trim());
  };
}
