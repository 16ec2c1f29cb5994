import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const beneficiary = z.object({ beneficiaryId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `beneficiary.${done}`, version: 1, payload: beneficiary, sentence });

/** The news of beneficiaries: ids only, never personal data. */
export const beneficiaryEvents = {
  registered: define('registered', 'A person was registered.'),
  updated: define('updated', 'The data of a person changed.'),
  verified: define('verified', 'A registration was found to be true.'),
  suspended: define('suspended', 'A registration was set aside.'),
  merged: define('merged', 'A registration was found to be the same person as another one, which goes on instead.'),
  unmerged: define('unmerged', 'Two registrations that were merged are two again.'),
  erased: define('erased', 'The personal data of a person was erased for good.'),
  activated: define('activated', 'A registration that was set aside goes on.'),
} as const;

export type BeneficiaryNews = keyof typeof beneficiaryEvents;
