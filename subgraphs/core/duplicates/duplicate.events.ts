import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const search = z.object({ searchId: z.uuid(), organizationId: z.uuid() });
const pair = z.object({ candidateId: z.uuid(), organizationId: z.uuid(), status: z.string() });

/** The news of duplicates: ids only. */
export const duplicateEvents = {
  searchStarted: defineEvent({ name: 'duplicate.search-started', version: 1, payload: search, sentence: 'People of an organisation, all or the newcomers, are to be compared with everybody.' }),
  searchDone: defineEvent({ name: 'duplicate.search-done', version: 1, payload: search, sentence: 'A search for duplicates is done.' }),
  decided: defineEvent({ name: 'duplicate.decided', version: 1, payload: pair, sentence: 'Somebody decided whether two registrations are one person.' }),
} as const;
