import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { appendAudits, appendEvents } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { hundredthsOf } from '../multiplier';
import { enrollmentEvents } from './enrollment.events';
import type { EnrollmentRow } from './enrollment.repository';
import { NEXT } from './transitions';

export enum EnrollmentType {
  ENROLLED = 'ENROLLED',
  REFERRED = 'REFERRED',
  WALK_IN = 'WALK_IN',
}
registerEnumType(EnrollmentType, {
  name: 'EnrollmentType',
  description: 'How a person came to a project.',
  valuesConfig: {
    ENROLLED: { description: 'The organisation chose them.' },
    REFERRED: { description: 'Somebody else sent them.' },
    WALK_IN: { description: 'They came by themselves.' },
  },
});

@InputType({ description: 'On what terms a person takes part in a project; what is left out stays, or is as for everybody.' })
export class EnrollmentTermsInput {
  @Field(() => EnrollmentType, { nullable: true, description: 'How the person came; ENROLLED at first.' })
  type?: EnrollmentType | null;

  @Field(() => String, { nullable: true, description: 'How many times what others get, for example "1.5" for a large household: a decimal number from 0.01 to 9999.99; "1" at first.' })
  multiplier?: string | null;

  @Field(() => Int, { nullable: true, description: 'How often the person is paid at most: 1 to 1,000; null for no limit, which it is at first.' })
  maxPayments?: number | null;
}

/** On what terms somebody takes part. `multiplierHundredths`: 150 is one and a half times what others get. */
export type Terms = Pick<EnrollmentRow, 'type' | 'multiplierHundredths' | 'maxPayments'>;

const multiplier = z.string().transform((text, context) => {
  const hundredths = hundredthsOf(text.trim());
  if (hundredths !== null) return hundredths;
  context.addIssue({ code: 'custom', message: 'must be a number from 0.01 to 9999.99 with at most two decimals, such as 1.5' });
  return z.NEVER;
});

export const maxPayments = z.number().int().min(1, 'must be at least 1').max(1000, 'must be at most 1000');

export const termsSchema = z.object({ type: z.enum(EnrollmentType).nullish(), multiplier: multiplier.nullish(), maxPayments: maxPayments.nullish() }).transform((given): Partial<Terms> => ({
  ...(given.type == null ? {} : { type: given.type }),
  ...(given.multiplier == null ? {} : { multiplierHundredths: given.multiplier }),
  ...(given.maxPayments === undefined ? {} : { maxPayments: given.maxPayments }),
}));

/**
 * Gives people of a project other terms, in as few statements for thousands as for one; who has them already stays as they are, and nothing is told. Whoever calls has checked that it
 * may be done. @param wanted By the person's id. @returns who is not enrolled, or no longer takes part.
 */
export async function changeTerms(tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, projectId: string, wanted: ReadonlyMap<string, Partial<Terms>>, reason: string | null): Promise<string[]> {
  const ids = [...wanted.keys()];
  await tx.sql.query('SELECT id FROM enrollment WHERE project_id = $1::uuid AND beneficiary_id = ANY($2::uuid[]) ORDER BY id FOR UPDATE', [projectId, ids]);
  const rows = (await tx.models.enrollment.findMany({ where: { projectId, beneficiaryId: { in: ids } } })).filter(({ status }) => NEXT[status].length > 0);
  const changed = rows.flatMap((row) => {
    const after = { ...termsOf(row), ...wanted.get(row.beneficiaryId) };
    return JSON.stringify(after) === JSON.stringify(termsOf(row)) ? [] : [{ row, after }];
  });
  if (changed.length > 0) {
    await tx.sql.execute(
      `UPDATE enrollment e SET type = t.type::enrollment_type, multiplier_hundredths = t.multiplier, max_payments = t.max_payments, updated_at = now()
       FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, type text, multiplier int, max_payments int) WHERE e.id = t.id`,
      [JSON.stringify(changed.map(({ row: { id }, after }) => ({ id, type: after.type, multiplier: after.multiplierHundredths, max_payments: after.maxPayments })))],
    );
    await tellTerms(tx, by, changed, reason);
  }
  const found = new Set(rows.map(({ beneficiaryId }) => beneficiaryId));
  return ids.filter((id) => !found.has(id));
}

function termsOf({ type, multiplierHundredths, maxPayments: most }: EnrollmentRow): Terms {
  return { type, multiplierHundredths, maxPayments: most };
}

async function tellTerms(tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, changed: ReadonlyArray<{ row: EnrollmentRow; after: Terms }>, reason: string | null): Promise<void> {
  const { termsChanged: definition } = enrollmentEvents;
  const why = reason === null ? {} : { reason };
  await appendAudits(
    tx.sql,
    changed.map(({ row, after }) => ({ ...by, action: definition.name, entityType: 'Enrollment', entityId: row.id, projectId: row.projectId, payload: { beneficiaryId: row.beneficiaryId, before: { ...termsOf(row) }, after: { ...after }, ...why } })),
  );
  await appendEvents(
    tx.sql,
    changed.map(({ row: { id, projectId, beneficiaryId }, after }) => ({ definition, projectId, aggregateType: 'Enrollment', aggregateId: id, payload: { enrollmentId: id, projectId, beneficiaryId, ...after } })),
  );
}
