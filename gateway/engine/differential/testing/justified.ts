import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { withoutValues } from '#kernel/errors';
import type { ClientAnswer } from './engine-under-test';

// The differences that README.md lists, by their number there. Whatever is not here is a fault.

/** Makes both answers alike where they may differ as wholes. */
export function agreedAnswer(stock: ClientAnswer, ours: ClientAnswer): [ClientAnswer, ClientAnswer] {
  return [withoutDefer(stock), withoutDefer(ours)].map((answer, _, [first]) => withMissingValuesSaid(answer, first?.errors.length === 0)) as [ClientAnswer, ClientAnswer];
}

/** Makes an error alike where engines use other words. */
export function agreedError({ path, ...error }: GraphQLFormattedError): GraphQLFormattedError {
  const words = OWN_WORDS.find(({ stock, ours }) => stock.test(error.message) || ours.test(error.message));
  return { ...error, ...(words ? { message: words.about, ...(words.code ? { extensions: { code: words.code } } : {}) } : {}), ...(path && !path.includes('_entities') ? { path } : {}) };
}

// 1: stock tells of missing values in an extension, and only when there is no other error.
function withMissingValuesSaid(answer: ClientAnswer, nothingElseIsWrong: boolean): ClientAnswer {
  if (nothingElseIsWrong) return { ...answer, unsaid: [], errors: [...answer.errors.filter(({ message }) => !/^No service said which kind/.test(message)), ...answer.unsaid.map((error) => ({ ...error, extensions: { code: 'INTERNAL_SERVER_ERROR' } }))] };
  return { ...answer, unsaid: [], errors: answer.errors.filter(({ message, extensions }) => extensions?.code !== 'INTERNAL_SERVER_ERROR' || !MISSING.test(message)) };
}
const MISSING = /^(Cannot return null for non-nullable|Invalid value found for|Invalid __typename found for|Invalid non-(list|object) value|No service said which kind)/;

// 2: what clients may do with us, and cannot with stock.
function withoutDefer(answer: ClientAnswer): ClientAnswer {
  if (answer.data === undefined) return answer;
  return { ...answer, data: JSON.parse(JSON.stringify(answer.data), (key, value: unknown) => (key === 'directives' && Array.isArray(value) ? value.filter(({ name }: { name?: string }) => name !== 'defer') : value)) };
}

// 3: our own words. (4: `_entities` is no key of the client's answer, so a path with it says nothing.)
const OWN_WORDS: { about: string; stock: RegExp; ours: RegExp; code?: string }[] = [
  { about: 'which operation?', stock: /^Must provide operation name/, ours: /^The document holds several operations/ },
  { about: 'no operation', stock: /^Must provide an operation/, ours: /^The document holds no operation/ },
  { about: 'an error without a message', stock: /^Error while fetching subquery from service/, ours: /^The service \w+ answered with an error/ },
  { about: 'odd entities', stock: /^Expected "data._entities" /, ours: /did not answer for each entity/, code: 'DOWNSTREAM_SERVICE_ERROR' },
];

// 11: what stock quotes of the request.
export function agreedMessage(error: GraphQLError, code: unknown): string {
  return code === 'BAD_USER_INPUT' || code === 'GRAPHQL_VALIDATION_FAILED' || code === 'GRAPHQL_PARSE_FAILED' ? withoutValues(error) : error.message;
}
