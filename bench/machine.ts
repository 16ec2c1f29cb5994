import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { table } from './markdown';

/** What the figures depend on: without it they say nothing. */
export function machineFacts(command: string): string {
  const processors = cpus();
  return table(
    ['Fact', 'Value'],
    [
      ['Command', `\`${command}\``],
      ['Date (UTC)', new Date().toISOString().slice(0, 16).replace('T', ' ')],
      ['Commit', commit()],
      ['Processor', processors[0]?.model.trim() ?? 'unknown'],
      ['Cores', processors.length],
      ['Memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
      ['System', `${type()} ${release()}`],
      ['Node', process.version],
      ['Load average at the beginning (1, 5, 15 min)', loadavg().map((load) => load.toFixed(2)).join(', ')],
    ],
  );
}

/** Which code was measured, and whether all of it was committed. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' and changes that are not committed' : ''}`;
  } catch {
    return 'unknown';
  }
}
