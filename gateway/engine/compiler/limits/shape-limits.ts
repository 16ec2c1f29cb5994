import type { GraphQLFormattedError } from 'graphql';
import { limitError, type ShapeLimits } from '../../limits';
import type { Shape } from './document-shape';

const ADVICE: Record<keyof ShapeLimits, string> = {
  depth: 'Ask for what lies deeper in another operation, by id.',
  nesting: 'Write fragments side by side, not within one another.',
  fields: 'Spread fragments less often, or ask in several operations.',
  rootFields: 'Ask in several operations.',
  aliases: 'Ask for a list, or in several operations.',
  directives: 'Write one directive around what belongs together, or leave out what is not needed.',
  duplicates: 'Write each field once.',
};

/** One error for each limit that an operation is beyond. */
export function shapeErrors(shape: Shape, limits: ShapeLimits): GraphQLFormattedError[] {
  const beyond = (Object.keys(ADVICE) as (keyof ShapeLimits)[]).filter((limit) => shape[limit] > limits[limit]);
  return beyond.map((limit) => limitError('OPERATION_TOO_LARGE', { limit, value: shape[limit], maximum: limits[limit] }, ADVICE[limit]));
}
