import { element } from './dom.mjs';
import { duration, nameOf, placeOf } from './explanation.mjs';

const WORDS = { Sequence: 'one after the other', Parallel: 'at the same time' };

/** Draws the plan as a tree. `colour` is that of a subgraph; elements of one fetch carry one `data-fetch`. */
export function drawPlan(tree, calls, colour) {
  if (!tree) return element('p', { class: 'explain-hint' }, 'Nothing need be fetched for this.');
  return draw(tree, []);

  function draw(node, path) {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return group(`explain-${node.kind.toLowerCase()}`, node.kind, WORDS[node.kind], node.nodes.map((one) => draw(one, path)));
      case 'Flatten':
        return draw(node.node, [...path, ...node.path]);
      case 'Defer':
        return group('explain-defer', 'Defer', 'the first part does not wait for the others', [
          ...(node.primary ? [draw(node.primary, path)] : []),
          ...node.deferred.map((later) => group('explain-sequence', later.label ?? 'deferred', `later, at ${placeOf(later.path)}`, later.node ? [draw(later.node, path)] : [])),
        ]);
      case 'Fetch':
        return fetchCard(node, path);
    }
  }

  function fetchCard(fetch, path) {
    const name = nameOf(fetch, path);
    const own = calls?.filter((call) => nameOf(call, call.path) === name) ?? [];
    return element(
      'details',
      { class: 'explain-fetch', style: colour(fetch.subgraph), 'data-fetch': name },
      element('summary', {}, element('b', {}, fetch.subgraph), element('span', { class: 'explain-path' }, placeOf(path)), calls ? element('span', { class: 'explain-meta' }, told(own)) : null),
      fetch.requires ? element('pre', {}, `# of each entity\n${fetch.requires}`) : null,
      element('pre', {}, fetch.selection),
      fetch.variables.length > 0 ? element('p', { class: 'explain-hint' }, `Variables: ${fetch.variables.map((one) => `$${one}`).join(', ')}`) : null,
    );
  }
}

function group(kind, title, hint, members) {
  return element('div', { class: `explain-group ${kind}` }, element('div', { class: 'explain-group-title' }, title, element('span', { class: 'explain-hint' }, hint)), ...members);
}

function told(calls) {
  if (calls.length === 0) return element('span', { title: 'There was nothing to ask here, or it was asked together with another fetch.' }, 'no call');
  const took = Math.max(...calls.map(({ startMs, ms }) => startMs + ms)) - Math.min(...calls.map(({ startMs }) => startMs));
  return `${calls.length === 1 ? '1 call' : `${calls.length} calls`} · ${duration(took)}`;
}
