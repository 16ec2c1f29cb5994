import { Algorithm, hash, verify } from '@node-rs/argon2';

// OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane.
const COST = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

let decoy: Promise<string> | undefined;

/** One password however a keyboard composes its letters (NIST SP 800-63B, 5.1.1.2). */
export function normalized(password: string): string {
  return password.normalize('NFC');
}

export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), COST);
}

/** Whether an account has a password at all; otherwise it signs in by other ways only. */
export function hasPassword({ passwordHash }: { passwordHash: string }): boolean {
  return passwordHash.startsWith('$argon2id$');
}

/**
 * Compares with the stored hash; without one it works as long, so that time does not tell whether an account exists. What is stored but is
 * no such hash is none.
 */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const known = stored !== null && hasPassword({ passwordHash: stored }) ? stored : null;
  const matches = await verify(known ?? (await decoy), normalized(password));
  return known !== null && matches;
}

/** What wrong passwords of an e-mail address are counted by when somebody signs in. */
export function signInAccount(email: string): string {
  return `password ${email}`;
}
