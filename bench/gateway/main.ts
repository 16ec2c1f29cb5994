import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createComposer } from '../../subgraphs/core/supergraph/composition';
import { watchOthers } from '../machine-load';
import { machineFacts } from '../machine';
import { readOptions } from './options';
import { installPeers, peerVersions } from './peers';
import { chooseCores, pinSelf } from './pinning';
import { reportOf } from './report-page';
import { measureAll } from './run';
import { startServer } from './server-process';

const ROOT = join(__dirname, '../..');
const PAGE = 'docs/benchmarks-gateway.md';

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const options = readOptions(args);
  const facts = machineFacts(['npm run bench:gateway', ...(args.length > 0 ? ['--', ...args] : [])].join(' '));
  installPeers(ROOT);
  const cores = chooseCores();
  const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
  const composer = createComposer(join(__dirname, 'compose.worker.js'));
  const subgraphs = await startServer(join(__dirname, 'subgraphs.js'), {}, cores.subgraphs);
  pinSelf(cores.load);
  const others = watchOthers();
  try {
    const findings = await measureAll({ root: ROOT, folder, composer, subgraphs, cores, options });
    const report = reportOf(findings, { facts, options, cores, peers: peerVersions(ROOT), othersCores: others.othersCores() });
    console.log(report);
    if (options.write) writeFileSync(join(ROOT, PAGE), `${report}\n`);
  } finally {
    await subgraphs.stop();
    await composer.close();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
