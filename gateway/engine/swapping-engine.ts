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
  /** From now on new operations run on this engine. The one before is closed when its last lease is given back. Never rejects. */
  swap(engine: Engine): Promise<void>;
  /** Told of each swap, after it. Returns how to stop. */
  onSwap(listener: (engine: Engine) => void): () => void;
  /** Closes the current engine as a swap would, and gives no more leases. An engine swapped in afterwards is closed at once. */
  close(): Promise<void>;
}

/** An engine with those who use it. */
interface Holding {
  engine: Engine;
  leases: number;
  retired: boolean;
}

/**
 * @param onFailure told when an engine cannot be closed or a listener throws: the swap has happened all the same, so that whoever
 * asked for it must not take it for refused.
 */
export function createSwappingEngine(onFailure: (error: unknown) => void = () => undefined): SwappingEngine {
  const listeners = new Set<(engine: Engine) => void>();
  let holding: Holding | null = null;
  let closed = false;

  async function closeIfUnused({ engine, leases, retired }: Holding): Promise<void> {
    if (retired && leases === 0) await engine.close().catch(onFailure);
  }

  async function retire(old: Holding | null): Promise<void> {
    if (!old) return;
    old.retired = true;
    await closeIfUnused(old);
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
        void closeIfUnused(held);
      },
    };
  }

  function announce(engine: Engine): void {
    for (const listener of listeners) {
      try {
        listener(engine);
      } catch (error) {
        onFailure(error);
      }
    }
  }

  return {
    lease: () => holding && leaseOf(holding),
    current: () => holding?.engine ?? null,
    swap: async (engine) => {
      const next: Holding = { engine, leases: 0, retired: false };
      if (closed) return retire(next);
      const old = holding;
      holding = next;
      announce(engine);
      await retire(old);
    },
    onSwap: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      const old = holding;
      closed = true;
      holding = null;
      await retire(old);
    },
  };
}
