import type { Principal } from '#kernel/auth';
import { parseInput } from '#kernel/errors';
import type { Prisma } from '../../../generated/prisma/core/client';
import type { Attributes } from '../attributes';
import { organizationOf } from '../change';
import type { ProtectedData } from '../protected-data';
import { everybodySql, type Listing } from './beneficiary.list';
import type { BeneficiaryRepository, BeneficiaryRow } from './beneficiary.repository';
import { filterSchema, type ListFilter } from './filter.inputs';

/** Finding people by what a filter says, as far as the caller may see them. */
export class Selection {
  constructor(
    private readonly repository: BeneficiaryRepository,
    private readonly protectedData: ProtectedData,
    private readonly attributes: Attributes,
  ) {}

  /** A filter as callers give it. @throws AppError BAD_USER_INPUT naming what is wrong below `root`, a personal attribute among it. */
  async checked(principal: Principal, raw: unknown, root = 'filter'): Promise<ListFilter> {
    const filter = parseInput(filterSchema, raw ?? {}, root);
    const values = filter.attributes ?? {};
    // Only who filters by attributes pays for knowing them.
    const checker = Object.keys(values).length > 0 ? await this.attributes.checker(organizationOf(principal), filter.projectId ?? null) : null;
    return { ...filter, attributes: checker?.condition(values, `${root}.attributes`) ?? null };
  }

  /** One page. @throws AppError BAD_USER_INPUT when the cursor is of a list in another order. */
  page(principal: Principal, listing: Listing): Promise<BeneficiaryRow[]> {
    return this.repository.list(principal, listing);
  }

  /** `SELECT b.id, b.status` of everybody who fits, for statements that do something with all of them. */
  everybody(principal: Principal, of: Pick<Listing, 'filter' | 'among'>): Prisma.Sql {
    return everybodySql(principal, this.protectedData, of);
  }
}
