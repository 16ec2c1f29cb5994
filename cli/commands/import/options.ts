import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CALLER_USAGE, callerOptions, readCaller, type Caller } from '../sign-in';

export const USAGE = `Usage: rahat import <file.csv|.xlsx|.json> --country <KE> [--project <id>] [--area <path>] [--update] [--dry-run] [--yes]
         [--date-order DMY|MDY|YMD] [--languages fr,sw] [--sheet <name>] [--mapping <file.json>] [--errors <file.csv>] [--json]
         ${CALLER_USAGE}
With --update the file changes people who are registered, and registers nobody. The token may also stand in RAHAT_TOKEN, the password of --login in RAHAT_PASSWORD. A mapping is JSON, a field for each column in order:
["referenceId", "fullName", null, "attributes.village"]; null leaves a column out.
Ends with 0: all rows are registered (or fit, in a dry run); 1: it failed; 2: some rows have errors or are duplicates; 3: it waits for somebody to say more.`;

const mappingSchema = z.array(z.string().nullable());

/** What the command line says. */
export interface ImportOptions extends Caller {
  file: string;
  country: string;
  projectId: string | null;
  areaCode: string | null;
  dateOrder: 'DMY' | 'MDY' | 'YMD' | null;
  languages: string[];
  sheet: string | null;
  mapping: Array<{ column: number; field: string | null }> | null;
  /** Whether the file changes people who are registered, instead of registering others. */
  update: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  /** Where the bad rows are written to. */
  errors: string | null;
}

/** @throws Error that says what is wrong with the command line. */
export function readImportOptions(args: string[]): ImportOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...callerOptions,
      ...{ country: text, project: text, area: text, 'date-order': text, languages: text, sheet: text, mapping: text, errors: text },
      ...{ update: flag, 'dry-run': flag, yes: flag, json: flag },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || values.country === undefined) throw new Error(USAGE);
  const dateOrder = z.enum(['DMY', 'MDY', 'YMD']).nullable().parse(values['date-order'] ?? null);
  return {
    file,
    ...readCaller(values),
    country: values.country,
    projectId: values.project ?? null,
    areaCode: values.area ?? null,
    dateOrder,
    languages: values.languages?.split(',').map((language) => language.trim()) ?? [],
    sheet: values.sheet ?? null,
    mapping: values.mapping === undefined ? null : readMapping(values.mapping),
    update: values.update,
    dryRun: values['dry-run'],
    yes: values.yes,
    json: values.json,
    errors: values.errors ?? null,
  };
}

function readMapping(file: string): Array<{ column: number; field: string | null }> {
  return mappingSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).map((field, column) => ({ column, field }));
}
