import type { CompiledOperation } from '../compiled';
import type { SubscribedField } from '../engine';
import { ownValue } from './own-keys';
import type { Coerced, Variables } from './variables';

/** The root field of a subscription with its arguments, or null for other operations. */
export function subscribedField({ kind, subscribes }: CompiledOperation, coerce: (given: Variables) => Coerced): SubscribedField | null {
  if (kind !== 'subscription' || !subscribes) return null;
  const { name, args } = subscribes;
  return {
    name,
    argumentsOf: (variables) => {
      const coerced = coerce(variables);
      const values = coerced.ok ? coerced.values : {};
      return Object.fromEntries(args.flatMap(({ name: arg, value }) => {
        const given = 'variable' in value ? ownValue(values, value.variable) : value.json;
        return given === undefined ? [] : [[arg, given]];
      }));
    },
  };
}
