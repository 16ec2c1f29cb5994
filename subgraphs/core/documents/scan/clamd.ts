import { connect } from 'node:net';
import type { Scanner } from './scanner';

const TIMEOUT_MS = 60_000;
const FOUND = /^stream: .+ FOUND\0?$/;
const CLEAN = /^stream: OK\0?$/;

/** ClamAV's daemon over TCP (`clamd://host:3310`): INSTREAM, each piece behind its length, an empty one at the end (clamd(8)). */
export function createClamdScanner(url: string): Scanner {
  const { hostname, port } = new URL(url);
  return {
    scan: async (content) => {
      const socket = connect({ host: hostname, port: Number(port || 3310) });
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('The virus scanner does not answer.')));
      const answer = (async () => {
        let text = '';
        for await (const piece of socket) text += String(piece);
        return text.trim();
      })();
      answer.catch(() => undefined); // told to whoever waits below
      const write = (piece: Uint8Array | string): Promise<void> | void => {
        if (!socket.write(piece)) return new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
      };
      await write('zINSTREAM\0');
      for await (const piece of content) {
        if (socket.destroyed) break; // it has seen enough, or is gone
        await write(lengthOf(piece));
        await write(piece);
      }
      if (!socket.destroyed) socket.end(Buffer.alloc(4));
      const verdict = await answer;
      if (CLEAN.test(verdict)) return 'CLEAN';
      if (FOUND.test(verdict)) return 'INFECTED';
      throw new Error('The virus scanner could not look at the content.');
    },
  };
}

function lengthOf(piece: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}
