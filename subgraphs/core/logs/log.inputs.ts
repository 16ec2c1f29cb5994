import { z } from 'zod';
import { LogLevel } from '../log-level';
import { searchText } from '../lines';

const id = z.string().max(128, 'must be at most 128 characters').regex(/^[\x21-\x7e]*$/, 'must be an id').nullish().transform((value) => value || null);

/** The rules of `LogFilter`. */
export const logFilterSchema = z
  .object({
    from: z.date().nullish(),
    to: z.date().nullish(),
    level: z.enum(LogLevel).nullish(),
    room: id,
    projectId: id,
    correlationId: id,
    incidentId: id,
    text: searchText.nullish().transform((text) => text || null),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], error: 'must be after `from`' });

export type CheckedLogFilter = z.output<typeof logFilterSchema>;
