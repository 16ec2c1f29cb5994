/** How a code reaches its reader. */
export type CodeChannel = 'EMAIL' | 'SMS';

/** A code on its way. */
export interface CodeMessage {
  channel: CodeChannel;
  /** E-mail address or E.164 number. */
  to: string;
  code: string;
  expiresAt: Date;
}

/** Hands codes over to whoever carries them. Throws when it could not; nothing of a message may reach a log. */
export interface CodeSender {
  send(message: CodeMessage): Promise<void>;
}

/** The channels that there are here. */
export type CodeSenders = Readonly<Partial<Record<CodeChannel, CodeSender>>>;

/** The text of a message. The code stands first, where a lock screen shows it. */
export function textOf({ code, expiresAt }: CodeMessage): string {
  return `${code} is your Rahat sign-in code. It works once, until ${expiresAt.toISOString().slice(11, 16)} UTC. Nobody of ours will ever ask you for it.`;
}
