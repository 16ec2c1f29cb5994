import type { z } from 'zod';
import { BadInputError } from './app-error';

/**
 * Parses an input against its rules.
 * @throws BadInputError naming the first bad field as `<root>.<path>` (all problems are in the message).
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, root = 'input'): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.map((issue) => ({ field: [root, ...issue.path].join('.'), message: issue.message }));
  const rest = others.map((problem) => ` ${problem.field}: ${problem.message}.`).join('');
  throw new BadInputError(first?.field ?? root, `${first?.message ?? 'is not acceptable'}.${rest}`);
}
