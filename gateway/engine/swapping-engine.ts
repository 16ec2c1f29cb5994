import type { Engine } from './engine';

/** The right to use an engine until it is given back. */
export interface EngineLease {
  readonly engine: Engine;
  /** Idempotent. */
  release(): void;
}

/** The engine in force, which can be replaced while it serves. */
export interface SwappingEngine {
  /** The engine for a new operation; null before the first. Hold it until the operation (or subscription) is done. */
  lease(): EngineLease | null;
  current(): Engine | null;
  /** From now on new operations run on this engine. The one before is closed when its last lease is given back. */
  swap(engine: Engine): Promise<void>;
  /** Told of each swap, after it. Returns how to stop. */
  onSwap(listener: (engine: Engine) => void): () => void;
  /** Closes the current engine and gives no more leases. */
  close(): Promise<void>;
}

/** An engine with those who use it. */
interface Holding {
  engine: Engine;
  leases: number;
  retired: boolean;
}

export function createSwappingEngine(): SwappingEngine {
  const listeners = new Set<(engine: Engine) => void>();
  let holding: Holding | null = null;

  async function retire(old: Holding | null): Promise<void> {
    if (!old) return;
    old.retired = true;
    if (old.leases === 0) await old.engine.close();
  }

  function leaseOf(held: Holding): EngineLease {
    let given = true;
    held.leases += 1;
    return {
      engine: held.engine,
      release: () => {
        if (!given) return;
        given = false;
        held.leases -= 1;
        if (held.retired && held.leases === 0) void held.engine.close();
      },
    };
  }

  return {
    lease: () => holding && leaseOf(holding),
    current: () => holding?.engine ?? null,
    swap: async (engine) => {
      const old = holding;
      holding = { engine, leases: 0, retired: false };
      for (const listener of listeners) listener(engine);
      await retire(old);
    },
    onSwap: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      const old = holding;
      holding = null;
      await retire(old);
    },
  };
}
