import { z } from 'zod';

/** What core tells a service of its project; see `ProjectFacts` in docs/architecture.md. */
export const projectFactsSchema = z.object({
  id: z.uuid(),
  organizationId: z.uuid(),
  slug: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  /** ISO 4217. */
  currency: z.string().length(3),
  /** Minor units of the currency, as digits. */
  budgetMinor: z.string().regex(/^\d{1,18}$/),
  startsOn: z.string(),
  endsOn: z.string(),
  settings: z.record(z.string(), z.unknown()),
  /** Raised by core with every change: facts of a lower revision are old news. */
  revision: z.number().int(),
});

export type ProjectFacts = z.infer<typeof projectFactsSchema>;
