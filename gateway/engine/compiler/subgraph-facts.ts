import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** What a supergraph says about its subgraphs in the `join` directives (https://specs.apollo.dev/join/v0.3/). */
export interface SubgraphFacts {
  /** Whether a subgraph knows a type. */
  knows(subgraph: string, type: string): boolean;
  /** Names of fields that a subgraph must be given to compute this one; empty when it needs none. */
  requiredFor(subgraph: string, type: string, field: string): readonly string[];
  /** Whether a subgraph gives, along with this field, fields of others. */
  provides(subgraph: string, type: string, field: string): boolean;
}

export function subgraphFacts(supergraph: DocumentNode): SubgraphFacts {
  const names = new Map<string, string>();
  const types = new Set<string>();
  const requires = new Map<string, string[]>();
  const providing = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') {
      for (const { name, directives } of definition.values ?? []) names.set(name.value, argument(directives?.[0], 'name') ?? name.value);
    }
  }
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION && definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    for (const directive of definition.directives ?? []) if (directive.name.value === 'join__type') types.add(`${nameOf(directive)}/${type}`);
    for (const { name, directives = [] } of 'fields' in definition ? (definition.fields ?? []) : []) {
      for (const directive of directives) {
        if (directive.name.value !== 'join__field') continue;
        const place = `${nameOf(directive)}/${type}.${name.value}`;
        const required = argument(directive, 'requires');
        if (required !== undefined) requires.set(place, topLevelNames(required));
        if (argument(directive, 'provides') !== undefined) providing.add(place);
      }
    }
  }

  function nameOf(directive: ConstDirectiveNode): string {
    const graph = argument(directive, 'graph') ?? '';
    return names.get(graph) ?? graph;
  }

  return {
    knows: (subgraph, type) => types.has(`${subgraph}/${type}`),
    requiredFor: (subgraph, type, field) => requires.get(`${subgraph}/${type}.${field}`) ?? [],
    provides: (subgraph, type, field) => providing.has(`${subgraph}/${type}.${field}`),
  };
}

function argument(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = directive?.arguments?.find((one) => one.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** Fields of a field set, without what is selected of them or given to them. */
function topLevelNames(fieldSet: string): string[] {
  let text = fieldSet.replace(/\([^()]*\)/g, '');
  while (text.includes('{')) {
    const inner = text.replace(/(\.\.\.\s*on\s+\w+\s*)?\{[^{}]*\}/g, '');
    if (inner === text) break;
    text = inner;
  }
  return text.match(/[_A-Za-z]\w*/g) ?? [];
}
