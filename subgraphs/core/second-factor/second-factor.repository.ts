import type { SecondFactor } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type SecondFactorRow = SecondFactor;

/** Second factors and their recovery codes. */
export class SecondFactorRepository {
  constructor(private readonly database: CoreDatabase) {}

  find(userId: string, { models }: Pick<CoreTransaction, 'models'> = { models: this.database }): Promise<SecondFactorRow | null> {
    return models.secondFactor.findUnique({ where: { userId } });
  }

  countUnused(userId: string): Promise<number> {
    return this.database.recoveryCode.count({ where: { userId, usedAt: null } });
  }

  /** Keeps a secret that waits for its confirmation; one that is confirmed stays. @returns false in that case. */
  async offer({ sql }: CoreTransaction, factor: { userId: string; sealedSecret: string; at: Date }): Promise<boolean> {
    const written = await sql.execute(
      `INSERT INTO second_factor AS f (user_id, sealed_secret, created_at) VALUES ($1::uuid, $2, $3::timestamptz)
       ON CONFLICT (user_id) DO UPDATE SET sealed_secret = $2, created_at = $3::timestamptz, last_step = 0 WHERE f.confirmed_at IS NULL`,
      [factor.userId, factor.sealedSecret, factor.at.toISOString()],
    );
    return written === 1;
  }

  /** Takes a code's time step, once. @returns false when this or a later one was taken before. */
  async takeStep({ models }: CoreTransaction, userId: string, step: bigint): Promise<boolean> {
    return (await models.secondFactor.updateMany({ where: { userId, lastStep: { lt: step } }, data: { lastStep: step } })).count === 1;
  }

  /** @returns false when it is confirmed already. */
  async confirm({ models }: CoreTransaction, userId: string, at: Date): Promise<boolean> {
    return (await models.secondFactor.updateMany({ where: { userId, confirmedAt: null }, data: { confirmedAt: at } })).count === 1;
  }

  async replaceRecoveryCodes({ models }: CoreTransaction, userId: string, hashes: readonly string[]): Promise<void> {
    await models.recoveryCode.deleteMany({ where: { userId } });
    await models.recoveryCode.createMany({ data: hashes.map((hash) => ({ userId, hash })) });
  }

  /** Takes a recovery code, once. */
  async takeRecoveryCode({ models }: CoreTransaction, userId: string, hash: string, at: Date): Promise<boolean> {
    return (await models.recoveryCode.updateMany({ where: { userId, hash, usedAt: null }, data: { usedAt: at } })).count === 1;
  }

  async remove({ models }: CoreTransaction, userId: string): Promise<void> {
    await models.secondFactor.deleteMany({ where: { userId } });
  }

  emailOf(userId: string): Promise<string | null> {
    return this.database.user.findUnique({ where: { id: userId }, select: { email: true } }).then((user) => user?.email ?? null);
  }
}
