import { createTransport } from 'nodemailer';
import { textOf, type CodeSender } from './code-sender';

const DEADLINE_MS = 10_000;

/** E-mail by SMTP. `url` as in RFC 3986 with account and password, for example `smtps://user:secret@mail.example.org`. */
export function createSmtpSender({ url, from }: { url: string; from: string }): CodeSender {
  const transport = createTransport(url, { from });
  return {
    send: async (message) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('The mail server did not answer in time.')), DEADLINE_MS);
      });
      const sent = transport.sendMail({ to: message.to, subject: 'Your sign-in code', text: textOf(message) });
      await Promise.race([sent, late]).finally(() => clearTimeout(timer));
    },
  };
}
