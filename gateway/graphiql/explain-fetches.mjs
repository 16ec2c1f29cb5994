import { readExplanation, withoutExplanation } from './explanation.mjs';

const HEADER = 'x-rahat-explain';

/**
 * Adds the question to what GraphiQL sends, while `isOn()`; `tell` hears of each answer. Subscriptions (asked by GET), introspection, and
 * callers without a token are left alone. GraphiQL gets the answer without the explanation, which would be longer than the data.
 */
export function explainFetches(isOn, tell) {
  const plain = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    const operation = isOn() ? operationIn(input, init) : null;
    if (!operation) return plain(input, init);
    const headers = new Headers(init.headers);
    if (!/^Bearer \S/.test(headers.get('authorization') ?? '')) {
      tell({ ...operation, explanation: { refusal: 'To see how it was answered, sign in and put the token into the tab Headers.' } });
      return plain(input, init);
    }
    headers.set(HEADER, 'plan, trace');
    const response = await plain(input, { ...init, headers });
    const text = response.clone().text();
    text.then((whole) => tell({ ...operation, explanation: readExplanation(whole) })).catch((error) => tell({ ...operation, explanation: { refusal: String(error) } }));
    if (!response.headers.get('content-type')?.includes('json')) return response; // in parts: they must not wait for each other
    const { status, statusText, headers: answered } = response;
    return new Response(withoutExplanation(await text), { status, statusText, headers: answered });
  };
}

function operationIn(input, init) {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return null;
  if (new URL(String(input), location.href).pathname !== '/graphql') return null;
  const { operationName = null } = JSON.parse(init.body);
  return operationName === 'IntrospectionQuery' ? null : { name: operationName };
}
