import { Algorithm, hash, verify } from '@node-rs/argon2';

// OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane.
const COST = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

let decoy: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/**
 * Compares with the stored hash; without one it works as long, so that time does not tell whether an account exists. What is stored but is
 * no such hash is none.
 */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const known = stored?.startsWith('$argon2id$') ? stored : null;
  const matches = await verify(known ?? (await decoy), password);
  return known !== null && matches;
}
