import { join } from 'node:path';

/** A gateway that is measured, in one of its settings. */
export interface Contestant {
  name: string;
  /** Others of its kind share this; ratios are told against kinds. */
  kind: 'stock' | 'hive' | 'hive-rust' | 'ours' | 'ours-apollo';
  /** Whether identical reads under way are shared. */
  shareReads: boolean;
  /** Whether it can be told to take up another supergraph. */
  swaps: boolean;
  /** Below the repository. */
  script: string;
  settings: Readonly<Record<string, unknown>>;
  /** Flags of Node, as its documentation or `npm start` gives them. */
  nodeArgs?: readonly string[];
}

const PEERS = 'bench/gateway/peers';
const OURS = 'dist.bench/gateway/ours.js';

const stock: Contestant = { name: 'stock @apollo/gateway', kind: 'stock', shareReads: false, swaps: true, script: join(PEERS, 'stock.mjs'), settings: {} };

function hive(shareReads: boolean, rust: boolean): Contestant {
  return { name: named(rust ? 'Hive, Rust' : 'Hive', shareReads), kind: rust ? 'hive-rust' : 'hive', shareReads, swaps: false, script: join(PEERS, 'hive.mjs'), settings: { shareReads, rust } };
}

function ours(shareReads: boolean, front: 'thin' | 'apollo'): Contestant {
  const name = named(front === 'thin' ? 'ours' : 'ours, Apollo front', shareReads);
  return { name, kind: front === 'thin' ? 'ours' : 'ours-apollo', shareReads, swaps: front === 'thin', script: OURS, settings: { shareReads, front }, nodeArgs: ['--max-semi-space-size=32'] };
}

function named(name: string, shareReads: boolean): string {
  return shareReads ? `${name}, shared reads` : name;
}

/** Stock has no sharing of reads. */
export const CONTESTANTS: readonly Contestant[] = [
  stock,
  ...[false, true].flatMap((shareReads) => [hive(shareReads, false), hive(shareReads, true), ours(shareReads, 'thin'), ours(shareReads, 'apollo')]),
];
