import { element } from './dom.mjs';
import { duration, marksUpTo, nameOf, placeOf, short, size } from './explanation.mjs';

/** Draws calls as bars on an axis of time, in the order in which they began. */
export function drawTimeline({ plannedMs, ms, fetches }, colour) {
  const percent = (value) => `${((100 * value) / (ms || 1)).toFixed(3)}%`;
  const lastEnd = Math.max(plannedMs ?? 0, ...fetches.map((call) => call.startMs + call.ms));
  return element(
    'div',
    { class: 'explain-timeline' },
    row('', '', element('div', { class: 'explain-axis' }, ...marksUpTo(0.95 * ms).map((mark) => element('span', { style: `left: ${percent(mark)}` }, String(mark)))), 'ms'),
    plannedMs === undefined ? null : row('', 'who asks, and the plan', bar('explain-own', 0, plannedMs), duration(plannedMs)),
    ...fetches.map(callRow),
    row('', 'the answer', bar('explain-own', lastEnd, ms - lastEnd), duration(ms - lastEnd)),
  );

  function callRow(call) {
    const { subgraph, instance, path, shared, error, bytes } = call;
    const label = [element('b', {}, subgraph), instance === subgraph ? null : element('span', { class: 'explain-instance', title: instance }, short(instance)), element('div', { class: 'explain-path' }, placeOf(path))];
    const told = [duration(call.ms), size(bytes), ...(shared ? ['shared'] : []), ...(error ? [element('span', { class: 'explain-error' }, error)] : [])];
    const made = row('', label, bar(`${shared ? 'explain-shared' : ''} ${error ? 'explain-failed' : ''}`, call.startMs, call.ms), told.flatMap((one, index) => (index === 0 ? [one] : [' · ', one])));
    made.setAttribute('style', colour(subgraph));
    made.dataset.fetch = nameOf(call, path);
    return made;
  }

  function bar(kind, from, length) {
    return element('div', { class: `explain-bar ${kind}`, style: `left: ${percent(from)}; width: ${percent(Math.max(0, length))}` });
  }
}

function row(kind, label, lane, told) {
  return element('div', { class: `explain-row ${kind}` }, element('div', { class: 'explain-label' }, ...[label].flat()), element('div', { class: 'explain-lane' }, lane), element('div', { class: 'explain-meta' }, ...[told].flat()));
}
