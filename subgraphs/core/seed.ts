import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { loadEnv } from '#kernel/config';
import { createPool, newId } from '#kernel/db';
import { hashPassword } from './auth';
import { createDatabase, transaction, type CoreTransaction } from './database';

const ORGANIZATION = { slug: 'demo', name: 'Demo Relief Society' };
const USERS = [
  { role: 'admin', email: 'admin@demo.example', displayName: 'Amina Admin' },
  { role: 'project-manager', email: 'manager@demo.example', displayName: 'Moses Manager' },
  { role: 'viewer', email: 'viewer@demo.example', displayName: 'Vera Viewer' },
];

const loginsSchema = z.array(z.object({ role: z.string(), email: z.string(), password: z.string() }));
type Login = z.infer<typeof loginsSchema>[number];

/**
 * Makes the demo organisation and its three users, or leaves them as they are. Prints `{ "logins": […] }` as its last line.
 * Passwords are made at random for each installation and kept in a file that only its owner reads.
 */
async function seed(): Promise<void> {
  const env = loadEnv(z.object({ DATABASE_URL: z.url(), STATE_DIR: z.string().default('.rahat') }), process.env);
  const logins = demoLogins(join(env.STATE_DIR, 'demo-logins.json'));
  const pool = createPool(env.DATABASE_URL, { max: 1, name: 'rahat-seed' });
  const database = createDatabase(pool);
  try {
    await transaction(database, (tx) => seedUsers(tx, logins));
  } finally {
    await database.$disconnect();
    await pool.end();
  }
  process.stdout.write(`${JSON.stringify({ logins })}\n`);
}

function demoLogins(file: string): Login[] {
  if (existsSync(file)) return loginsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const logins = USERS.map(({ role, email }) => ({ role, email, password: randomBytes(9).toString('base64url') }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(logins, null, 2), { mode: 0o600 });
  return logins;
}

async function seedUsers({ models }: CoreTransaction, logins: readonly Login[]): Promise<void> {
  const organization = await models.organization.upsert({ where: { slug: ORGANIZATION.slug }, create: { id: newId(), ...ORGANIZATION }, update: {} });
  // An office of one: whoever tries the demo alone approves what they have registered.
  await models.onboardingPolicy.upsert({ where: { organizationId: organization.id }, create: { organizationId: organization.id, selfApproval: true }, update: {} });
  for (const { role, email, displayName } of USERS) {
    if (await models.user.findUnique({ where: { email } })) continue;
    const password = logins.find((login) => login.email === email)?.password ?? randomBytes(18).toString('base64url');
    const id = newId();
    await models.user.create({ data: { id, organizationId: organization.id, email, displayName, passwordHash: await hashPassword(password) } });
    await models.roleAssignment.create({ data: { id: newId(), userId: id, role } });
  }
}

seed().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
