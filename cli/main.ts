import 'reflect-metadata';
import { commands } from './commands';

function help(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return ['Usage: rahat <command>', '', ...commands.map(({ usage, sentence }) => `  ${usage.padEnd(width)}  ${sentence}`)].join('\n');
}

async function main([name, ...args]: string[]): Promise<number> {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command.run(args);
  console.log(help());
  return name === undefined || name === 'help' || name === '--help' ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
