import type { Random } from '../../../gateway/engine/differential/testing/generator/random';

/** A request as it is sent to /graphql. */
export interface Sent {
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** One way to attack, written anew each time, so that nothing that is remembered answers it. */
export interface Assault {
  /** Several may share a name; they are counted together. */
  name: string;
  /** Codes of errors that refuse it. */
  refusals: readonly string[];
  /** Tells whether an answer without errors gave nothing away. Left out: an answer is a fault. */
  isHarmless?(data: Record<string, unknown>): boolean;
  write(random: Random): Sent | Promise<Sent>;
}

/** The body of an operation. */
export function operation(query: string, variables: Record<string, unknown> = {}): string {
  return JSON.stringify({ query, variables });
}
