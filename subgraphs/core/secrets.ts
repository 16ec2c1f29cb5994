import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** What the secret of this installation is good for. Each purpose has a key of its own. */
export interface Secrets {
  /** HMAC-SHA-256, base64url. A plain hash of six digits would be undone by trying all of them. */
  mac(purpose: string, text: string): string;
  /** Whether a text has this MAC, in constant time. */
  macMatches(purpose: string, text: string, mac: string): boolean;
  /** Encrypts and authenticates (AES-256-GCM). `about` names the owner: what was sealed for one cannot be opened for another. */
  seal(text: string, about: string): string;
  /** @throws Error when it was not sealed by us, or about something else. */
  open(sealed: string, about: string): string;
}

/** Reads the secret of the installation: a file with at least 32 random characters, the same for every core process. */
export function createSecrets(file: string): Secrets {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new Error(`${file} must hold at least 32 random characters.`);
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `rahat ${purpose}`, 32));
  const sealing = keyFor('sealing');
  const mac: Secrets['mac'] = (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest('base64url');
  return {
    mac,
    macMatches: (purpose, text, known) => {
      const [made, stored] = [Buffer.from(mac(purpose, text)), Buffer.from(known)];
      return made.length === stored.length && timingSafeEqual(made, stored);
    },
    seal: (text, about) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${sealed.toString('base64url')}`;
    },
    open: (sealed, about) => {
      const [version, body] = sealed.split('.');
      const bytes = Buffer.from(body ?? '', 'base64url');
      if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('This was not sealed by us.');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
