import type { ChildSpec } from './child';
import { anvilStateFile } from './leftovers';
import type { StateDir } from './state-dir';

/** The chain id of a local chain, as the field's tools expect it. */
export const LOCAL_CHAIN_ID = 31337;

/** A local chain whose blocks survive a restart: anvil writes its state at intervals and when it is asked to stop. */
export function anvil(binary: string, state: StateDir, port: number): { spec: ChildSpec; url: string } {
  const url = `http://127.0.0.1:${port}`;
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(LOCAL_CHAIN_ID), '--state', anvilStateFile(state), '--state-interval', '5', '--preserve-historical-states', '--quiet'];
  return { url, spec: { name: 'anvil', command: binary, args, env: { PATH: process.env.PATH, HOME: state.anvil }, ready: () => answersRpc(url) } };
}

async function answersRpc(url: string): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
  });
  return response.ok;
}
