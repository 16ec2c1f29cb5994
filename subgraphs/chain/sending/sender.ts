import type { Logger } from '#kernel/telemetry';
import { takeAnchorTurn } from './anchor-turn';
import { requeueLostContracts } from './lost-contracts';
import { takeSendingTurn, type SendingDeps } from './sending-turn';

export interface Sender {
  /** Says that there may be something to send. */
  wake(): void;
  close(): Promise<void>;
}

const POLL_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** How often it is checked that what was put on chain is still there. */
const CHECK_MS = 5_000;

/** Sends until it is closed, one transaction after the other. While the chain does not answer, what is to be sent waits. */
export function createSender(deps: SendingDeps & { logger: Logger }): Sender {
  let closed = false;
  let failures = 0;
  let checkedAt = 0;
  let rouse: () => void = () => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const pauseAfter = async (): Promise<number> => {
    if (Date.now() - checkedAt > CHECK_MS) {
      const lost = await requeueLostContracts(deps);
      if (lost > 0) deps.logger.warn({ lost }, 'contracts are no longer on chain and are sent again');
      checkedAt = Date.now();
    }
    const turn = await takeSendingTurn(deps);
    // Contracts first: people wait for them.
    if (turn === 'idle') await takeAnchorTurn(deps);
    failures = 0;
    return turn === 'idle' ? POLL_MS : 0;
  };
  const run = async (): Promise<void> => {
    while (!closed) {
      const ms = await pauseAfter().catch((error: unknown) => {
        failures += 1;
        if (failures === 1) deps.logger.warn({ err: error }, 'sending waits');
        return Math.min(POLL_MS * 2 ** failures, LONGEST_PAUSE_MS);
      });
      if (ms > 0 && !closed) await pause(ms);
    }
  };
  const running = run();
  return {
    wake: () => rouse(),
    close: async () => {
      closed = true;
      rouse();
      await running;
    },
  };
}
