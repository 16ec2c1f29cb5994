import { tagOf, type Question } from './questions';

/** A gateway's answer to one question. */
export interface Answer {
  /** Bytes as they came: what every answer to this question must have. */
  bytes: number;
  /** The same for all gateways that answer the same: keys in one order, no spaces. */
  canonical: string;
}

/** @throws Error unless the gateway answers with status 200 and JSON. */
export async function askOnce(url: string, question: Question): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: question.query, variables: question.variables(tagOf(0)) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return { bytes: Buffer.byteLength(text), canonical: JSON.stringify(sorted(JSON.parse(text))) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
