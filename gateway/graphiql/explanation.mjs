// @ts-check
// What the page makes of an answer, without drawing it.

/**
 * One call, as `extensions.trace` tells of it.
 * @typedef {{ subgraph: string, instance: string, path: (string | number)[], operationName: string | null, startMs: number, ms: number, bytes: number, shared: boolean, error?: string }} Call
 * @typedef {{ plannedMs?: number, ms: number, fetches: Call[] }} Trace
 * @typedef {{ kind: 'Fetch', subgraph: string, operationKind: string, operationName: string | null, variables: string[], requires: string | null, selection: string }} Fetch
 * @typedef {Fetch | { kind: 'Sequence' | 'Parallel', nodes: Tree[] } | { kind: 'Flatten', path: (string | number)[], node: Tree }
 *   | { kind: 'Defer', primary: Tree | null, deferred: { label: string | null, path: string[], node: Tree | null }[] }} Tree
 * @typedef {{ queryPlan?: { text: string, tree: Tree | null }, trace?: Trace, refusal: string | null }} Explanation
 */

const PART = /\r\n---(?:--)?\r\n/;

/**
 * Reads an answer, whole or in parts: the last part that has extensions tells all.
 * @param {string} text
 * @returns {Explanation}
 */
export function readExplanation(text) {
  const members = text.split(PART).flatMap((part) => (part.includes('{') ? [JSON.parse(part.slice(part.indexOf('{')))] : []));
  const { queryPlan, trace } = members.findLast(({ extensions }) => extensions)?.extensions ?? {};
  return { queryPlan, trace, refusal: queryPlan ? null : refusalIn(members[0]?.errors?.[0]) };
}

/** @param {{ message: string, extensions?: { permission?: string } } | undefined} error */
function refusalIn(error) {
  if (!error) return 'The answer explains nothing.';
  return error.extensions?.permission === 'operation:explain' ? `${error.message} Close this panel to run the operation without.` : error.message;
}

/**
 * The answer as it would have been unasked, for whoever only reads the data.
 * @param {string} text JSON, in one part
 */
export function withoutExplanation(text) {
  const { extensions, ...rest } = JSON.parse(text);
  const { queryPlan: _queryPlan, trace: _trace, ...others } = extensions ?? {};
  return JSON.stringify({ ...rest, ...(Object.keys(others).length > 0 ? { extensions: others } : {}) });
}

/**
 * Names a fetch of the plan, so that its calls are found: equal for both.
 * @param {Pick<Call, 'subgraph' | 'operationName'>} fetch @param {(string | number)[]} path
 */
export function nameOf({ subgraph, operationName }, path) {
  return [subgraph, operationName ?? '', ...path].join(' ');
}

/**
 * Marks of a time axis: few, at round numbers.
 * @param {number} ms
 */
export function marksUpTo(ms) {
  const rough = ms / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((one) => one >= rough) ?? magnitude;
  return Array.from({ length: Math.floor(ms / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** @param {number} ms */
export function duration(ms) {
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** @param {number} bytes */
export function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Ids are long, and those of one day begin alike.
 * @param {string} id
 */
export function short(id) {
  return id.length > 20 ? `…${id.slice(-8)}` : id;
}

/** @param {(string | number)[]} path */
export function placeOf(path) {
  return path.length === 0 ? 'root' : path.map((step) => (step === '@' ? '[ ]' : String(step))).join(' › ').replaceAll(' › [ ]', '[ ]');
}
