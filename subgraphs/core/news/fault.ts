import { z } from 'zod';
import { AppError } from '#kernel/errors';

/** What went wrong, to be kept and shown: kinds, codes and places, never what an error quotes of somebody. */
export function faultOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (error instanceof z.ZodError) return `The event is not what it should be: ${error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ')}`.slice(0, 500);
  if (!(error instanceof Error)) return 'Error';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}
