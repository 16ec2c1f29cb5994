// @ts-check
/**
 * `npm run bench`: starts a whole system of its own and measures some operations through the gateway.
 * Numbers depend on the machine, on which load generator and system share the cores: compare runs, not machines.
 *   --seconds 10       how long each operation is asked
 *   --connections 20   how many ask at once
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
// @ts-expect-error the package has no types
import autocannon from 'autocannon';
import { bootstrap } from './bootstrap.mjs';
import { startMeasured } from './bench/system.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, connections: { type: 'string', default: '20' } } });

/**
 * What is measured. `{id}` is the id of the first demo project.
 * @type {{ title: string, query: string, signedIn: boolean }[]}
 */
const OPERATIONS = [
  { title: 'nothing but the gateway', query: '{ __typename }', signedIn: true },
  { title: 'a list from core', query: '{ projects(first: 20) { edges { node { id name type status } } } }', signedIn: true },
  { title: 'one project with its deployment', query: '{ project(id: "{id}") { id name deployment { status steps { name status } } } }', signedIn: true },
  { title: 'core and the service of the project', query: '{ project(id: "{id}") { id name {type} { {leaf} } } }', signedIn: true },
];

async function main() {
  await bootstrap({ quiet: true });
  const stateDir = mkdtempSync(join(tmpdir(), 'rahat-bench-'));
  const system = await startMeasured(stateDir);
  try {
    console.log('operation                              requests/s     p50 ms     p99 ms   errors');
    for (const { title, query, signedIn } of OPERATIONS) {
      const body = JSON.stringify({ query: await system.fill(query) });
      const result = await autocannon({
        url: `${system.gatewayUrl}/graphql`,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(signedIn ? { authorization: `Bearer ${system.token}` } : {}) },
        body,
        connections: Number(values.connections),
        duration: Number(values.seconds),
        verifyBody: (/** @type {unknown} */ answer) => !String(answer).includes('"errors"'),
      });
      const { requests, latency, errors, mismatches, non2xx } = result;
      console.log(`${title.padEnd(36)}${cell(Math.round(requests.average), 13)}${cell(latency.p50, 11)}${cell(latency.p99, 11)}${cell(errors + mismatches + non2xx, 9)}`);
    }
  } finally {
    await system.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** @param {number} value @param {number} width */
function cell(value, width) {
  return String(value).padStart(width);
}

await main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
