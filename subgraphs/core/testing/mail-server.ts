import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Mail {
  from: string;
  to: string[];
  text: string;
}

/** As much of a mail server (RFC 5321) as one client needs to hand over a mail. */
export async function startMailServer(): Promise<{ port: number; mails: Mail[]; stop(): Promise<void> }> {
  const mails: Mail[] = [];
  const server = createServer((socket) => serve(socket, mails));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, mails, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

function serve(socket: Socket, mails: Mail[]): void {
  let mail: Mail = { from: '', to: [], text: '' };
  let reading = false;
  let rest = '';
  socket.write('220 test ESMTP\r\n');
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });

  function take(line: string): void {
    if (reading && line !== '.') return void (mail.text += `${line}\n`);
    if (reading) mails.push(mail);
    socket.write(`${answerTo(line)}\r\n`);
  }

  function answerTo(line: string): string {
    if (reading) {
      reading = false;
      return '250 taken';
    }
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (/^MAIL FROM/i.test(line)) mail = { from: address, to: [], text: '' };
    if (/^RCPT TO/i.test(line)) mail.to.push(address);
    reading = /^DATA/i.test(line);
    if (/^QUIT/i.test(line)) return '221 bye';
    return reading ? '354 go on' : '250 ok';
  }
}
