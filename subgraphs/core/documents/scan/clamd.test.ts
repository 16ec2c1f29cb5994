import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createClamdScanner } from './clamd';

/** Speaks INSTREAM as clamd(8) says; finds what contains EICAR, and ends streams over 1 MiB as `StreamMaxLength` does. */
function clamd(): Server {
  return createServer((socket: Socket) => {
    let held = Buffer.alloc(0);
    let content = Buffer.alloc(0);
    let greeted = false;
    socket.on('error', () => undefined).on('data', (piece) => {
      held = Buffer.concat([held, piece as Buffer]);
      if (!greeted) {
        if (held.length < 10) return;
        if (held.subarray(0, 10).toString() !== 'zINSTREAM\0') return socket.end('UNKNOWN COMMAND\0');
        [held, greeted] = [held.subarray(10), true];
      }
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
        const length = held.readUInt32BE();
        if (length === 0) return socket.end(content.includes('EICAR') ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0');
        content = Buffer.concat([content, held.subarray(4, 4 + length)]);
        held = held.subarray(4 + length);
        if (content.length > 1024 * 1024) return socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
    });
  });
}

const server = clamd();
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));

const scan = (...pieces: string[]): Promise<string> => createClamdScanner(`clamd://127.0.0.1:${(server.address() as AddressInfo).port}`).scan((async function* () {
  for (const piece of pieces) yield Buffer.from(piece);
})());

test('what the scanner finds nothing in is clean', async () => expect(await scan('all ', 'is', ' well')).toBe('CLEAN'));
test('what the scanner finds something in is infected, also when it is cut into pieces', async () => expect(await scan('xxEIC', 'ARxx')).toBe('INFECTED'));
test('what the scanner cannot look at is neither', async () => {
  await expect(scan(...Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024)))).rejects.toThrow();
});
test('a scanner that is not there is an error, not a verdict', async () => {
  await expect(createClamdScanner('clamd://127.0.0.1:1').scan((async function* () {
    yield Buffer.from('x');
  })())).rejects.toThrow();
});
