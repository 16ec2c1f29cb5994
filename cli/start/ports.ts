import { createServer } from 'node:net';
import type { Ports } from './options';

const VARIABLES: Readonly<Record<keyof Ports, string>> = {
  gateway: 'GATEWAY_PORT',
  core: 'CORE_PORT',
  worker: 'WORKER_PORT',
  chain: 'CHAIN_PORT',
  postgres: 'POSTGRES_PORT',
  anvil: 'ANVIL_PORT',
};

/**
 * Replaces each 0 by a free port and makes sure that the others are free.
 * @throws Error naming every port that is taken and the variable that moves it.
 */
export async function settlePorts(ports: Ports, needed: ReadonlyArray<keyof Ports>): Promise<Ports> {
  const settled = { ...ports };
  const taken: string[] = [];
  const given = new Set<number>();
  for (const name of needed) {
    if (settled[name] === 0) settled[name] = await freePort(given);
    else if (given.has(settled[name])) taken.push(`  ${settled[name]} is given twice; change ${VARIABLES[name]}`);
    else if (!(await isFree(settled[name]))) taken.push(`  ${settled[name]} is in use; choose another with ${VARIABLES[name]}=…`);
    given.add(settled[name]);
  }
  if (taken.length > 0) throw new Error(`Some ports cannot be used:\n${taken.join('\n')}`);
  return settled;
}

// Below the range from which systems take ports for outgoing connections, so that none is lost between choosing and using it.
const LOWEST = 18_000;
const HIGHEST = 32_000;

async function freePort(given: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!given.has(port) && (await isFree(port))) return port;
  }
  throw new Error('No free port was found.');
}

async function isFree(port: number): Promise<boolean> {
  // One after the other: the two listeners would stand in each other's way.
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
