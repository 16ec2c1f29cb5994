import { isId } from '#kernel/db';
import type { Organization as OrganizationRow } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { OrganizationRow };

export class OrganizationRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** Of these ids only the caller's own: there is one, or none. */
  findOwn(organizationId: string | null, ids: readonly string[]): Promise<OrganizationRow[]> {
    const own = ids.filter((id) => id === organizationId && isId(id));
    return own.length > 0 ? this.database.organization.findMany({ where: { id: { in: own } } }) : Promise.resolve([]);
  }

  async update(tx: CoreTransaction, id: string, change: { name?: string | undefined; signupOpen?: boolean | undefined }): Promise<void> {
    await tx.models.organization.update({ where: { id }, data: change });
  }
}
