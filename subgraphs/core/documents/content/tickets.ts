import { ForbiddenError } from '#kernel/errors';
import type { Secrets } from '../../secrets';

export type TicketPurpose = 'upload' | 'download';

const TICKET = /^(\d{1,12})\.([\w-]{43})$/;

/** Tickets in addresses: whoever has one may do one thing with one document until it expires. Nothing is stored for them. */
export interface Tickets {
  issue(purpose: TicketPurpose, documentId: string, expiresAt: Date): string;
  /** @throws ForbiddenError for a ticket that is not ours, for something else, or expired. */
  check(purpose: TicketPurpose, documentId: string, ticket: unknown): void;
}

/** `<seconds since the epoch>.<HMAC-SHA-256 of purpose, document and expiry>`. */
export function createTickets(secrets: Secrets, now: () => number = Date.now): Tickets {
  const about = (documentId: string, seconds: string): string => `${documentId} ${seconds}`;
  return {
    issue: (purpose, documentId, expiresAt) => {
      const seconds = String(Math.floor(expiresAt.getTime() / 1000));
      return `${seconds}.${secrets.mac(`document ${purpose}`, about(documentId, seconds))}`;
    },
    check: (purpose, documentId, ticket) => {
      const [, seconds = '', mac = ''] = (typeof ticket === 'string' && TICKET.exec(ticket)) || [];
      const holds = secrets.macMatches(`document ${purpose}`, about(documentId, seconds), mac);
      if (!holds || Number(seconds) * 1000 <= now()) throw new ForbiddenError();
    },
  };
}
