import type { PlanTree } from './plan-tree';

/** The plan as text, in the form that readers of Apollo's plans know. */
export function planText(tree: PlanTree | null): string {
  return tree ? block('QueryPlan', [textOf(tree)]) : 'QueryPlan {}';
}

function textOf(tree: PlanTree): string {
  switch (tree.kind) {
    case 'Sequence':
    case 'Parallel':
      return block(tree.kind, tree.nodes.map(textOf));
    case 'Flatten':
      return block(`Flatten(path: ${JSON.stringify(tree.path.join('.'))})`, [textOf(tree.node)]);
    case 'Fetch':
      return block(`Fetch(service: ${JSON.stringify(tree.subgraph)})`, [tree.requires === null ? tree.selection : `${tree.requires} =>\n${tree.selection}`]);
    case 'Defer':
      return block('Defer', [
        block('Primary', tree.primary ? [textOf(tree.primary)] : []),
        ...tree.deferred.map(({ label, path, node }) => block(`Deferred(path: ${JSON.stringify(path.join('.'))}${label === null ? '' : `, label: ${JSON.stringify(label)}`})`, node ? [textOf(node)] : [])),
      ]);
    case 'Subscription':
      return block('Subscription', [block('Primary', [textOf(tree.primary)]), ...(tree.rest ? [block('Rest', [textOf(tree.rest)])] : [])]);
  }
}

function block(head: string, parts: readonly string[]): string {
  if (parts.length === 0) return `${head} {}`;
  return `${head} {\n${parts.map((part) => part.replace(/^/gm, '  ')).join(',\n')}\n}`;
}
