import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSONObject, GraphQLLocalDate } from 'graphql-scalars';

const DIGITS = /^-?\d{1,18}$/;

function parse(value: unknown): bigint {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'bigint') return text;
  if (typeof text !== 'string' || !DIGITS.test(text)) {
    throw new GraphQLError('MinorUnits must be a whole number of minor units, as a string of digits or a safe integer.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return BigInt(text);
}

/** Money travels as a string of digits: JSON numbers lose precision above 2^53, and 0.1 is no amount. */
export const MinorUnitsScalar = new GraphQLScalarType<bigint, string>({
  name: 'MinorUnits',
  description:
    'An amount of money in the minor unit of its currency (ISO 4217), for example cents, as a string of digits such as "125000". Input may also be a safe integer.',
  serialize: (value) => parse(value).toString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : null),
});

/** A point in time, UTC, ISO 8601. */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A point in time in UTC, ISO 8601, for example "2026-03-01T08:30:00.000Z".',
});

/** A calendar date without a time zone. */
export const DateScalar = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  name: 'Date',
  description: 'A calendar date, ISO 8601, for example "2026-03-01".',
  specifiedByURL: null,
});

/** An object whose shape a JSON schema describes elsewhere. */
export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSONObject.toConfig(),
  name: 'JSON',
  description: 'A JSON object whose shape is described by a JSON schema elsewhere, for example by the project type.',
  specifiedByURL: null,
});
