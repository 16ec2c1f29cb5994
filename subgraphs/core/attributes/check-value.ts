import { z } from 'zod';
import { line, phone } from '../lines';
import type { Definition } from './definition';
import { wholeMatch } from './pattern';

type Checked = Pick<Definition, 'type' | 'pattern' | 'options'>;

const GEO = 'must be { latitude: -90 to 90, longitude: -180 to 180 } in degrees (WGS 84)';
const geo = z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) });

/** What a value must be, by type. Messages say what to do and never repeat the value: it may be personal. */
const schemas: Record<Definition['type'], (definition: Checked) => z.ZodType> = {
  TEXT: ({ pattern }) => matching(z.string('must be a text').pipe(line(1000)), pattern),
  TEL: ({ pattern }) => matching(z.string('must be a text').pipe(phone), pattern),
  NUMBER: () => z.number('must be a number, without quotes'),
  DATE: () => z.iso.date('must be a date such as 2026-03-01'),
  BOOLEAN: () => z.boolean('must be true or false, without quotes'),
  SELECT: oneOf,
  MULTISELECT: (definition) => {
    const order = definition.options.map(({ value }) => value);
    // Always in the order of the options, each once: equal choices are equal values.
    return z.array(oneOf(definition), 'must be a list').transform((chosen) => order.filter((value) => chosen.includes(value)));
  },
  GEO: () => z.unknown().refine((value) => geo.safeParse(value).success, GEO),
};

/** Which types a pattern may narrow. */
export const WITH_PATTERN: ReadonlySet<Definition['type']> = new Set(['TEXT', 'TEL']);
/** Which types choose among options. */
export const WITH_OPTIONS: ReadonlySet<Definition['type']> = new Set(['SELECT', 'MULTISELECT']);

export function valueSchema(definition: Checked): z.ZodType {
  return schemas[definition.type](definition);
}

function matching(schema: z.ZodType<string>, pattern: string | null): z.ZodType {
  return pattern === null ? schema : schema.refine(wholeMatch(pattern), `must match ${pattern}`);
}

function oneOf({ options }: Checked): z.ZodType<string> {
  const values = options.map(({ value }) => value);
  const shown = values.length > 20 ? `${values.slice(0, 20).join(', ')}, … (${values.length} in all)` : values.join(', ');
  return z.string(`must be one of ${shown}`).refine((value) => values.includes(value), `must be one of ${shown}`);
}
