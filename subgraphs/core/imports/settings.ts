import { z } from 'zod';
import { isWithin, type Principal } from '#kernel/auth';
import type { Prisma } from '../../../generated/prisma/core/client';
import { areaCode } from '../beneficiaries';
import { scopeOf } from '../scope';
import { isImportField, mayRepeat, type ColumnMapping, type ImportField } from './mapping';

/** What a file is for. */
export enum ImportMode {
  REGISTER = 'REGISTER',
  UPDATE = 'UPDATE',
}

/** What an import must know beside the file. Stored: a run that goes on after a crash reads the same. */
export const settingsSchema = z.object({
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code such as KE'),
  dateOrder: z.enum(['DMY', 'MDY', 'YMD']).nullish().transform((order) => order ?? null),
  languages: z.array(z.string().max(35)).max(10, 'must be at most 10').nullish().transform((list) => list ?? []),
  sheet: z.string().max(100).nullish().transform((name) => name ?? null),
  areaCode: areaCode.nullish().transform((area) => area ?? null),
  mode: z.enum(ImportMode).nullish().transform((mode) => mode ?? ImportMode.REGISTER),
});
export type ImportSettings = z.output<typeof settingsSchema>;
/** As stored: with the day on which it began, from which ages are counted back. */
export type StoredSettings = ImportSettings & { today: string };

const field = z.string().max(200).refine(isImportField, 'is no field').transform((text) => text as ImportField);

/** Which column is what, as a caller says. */
export const mappingSchema = z
  .array(z.object({ column: z.number().int().min(0).max(499), field: field.nullish().transform((value) => value ?? null) }))
  .max(500, 'must be at most 500')
  .superRefine((columns, context) => {
    const seen = new Map<string, number>();
    columns.forEach((column, index) => {
      const name = column.field;
      if (name === null || mayRepeat(name)) return;
      if (seen.has(name)) context.addIssue({ code: 'custom', path: [index, 'field'], message: `is column ${seen.get(name)} already` });
      seen.set(name, column.column);
    });
  });
export type GivenMapping = z.output<typeof mappingSchema>;

export const storedMapping = z.array(z.object({ column: z.number(), header: z.string(), field: field.nullable(), confidence: z.number() }));
export type StoredMapping = Array<ColumnMapping & { confidence: number }>;

/** Where somebody may register people; kept with the batch, because the worker knows no caller. */
const reachSchema = z.object({ everywhere: z.boolean(), areas: z.array(z.string()) });
export type ImportReach = z.output<typeof reachSchema>;

export function importReach(principal: Principal, projectId: string | null): ImportReach {
  const { everywhere, projects, areas } = scopeOf(principal, 'beneficiary:import');
  const inProject = projectId !== null && projects.includes(projectId);
  return { everywhere: everywhere || inProject, areas: areas.filter((grant) => grant.projectId === null || grant.projectId === projectId).map(({ area }) => area) };
}

export function mayRegisterAt({ everywhere, areas }: ImportReach, area: string | null): boolean {
  return everywhere || (area !== null && areas.some((granted) => isWithin(area, granted)));
}

export const readReach = (value: unknown): ImportReach => reachSchema.parse(value);
export const readSettings = (value: unknown): StoredSettings => settingsSchema.extend({ today: z.string() }).parse(value);
export const readMapping = (value: unknown): StoredMapping => storedMapping.parse(value ?? []);

/** A value of ours as Prisma takes it. */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}
