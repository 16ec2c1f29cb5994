import { Kind, parse, print, validate, visit, type ASTNode, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type SelectionNode } from 'graphql';
import type { ClientRequest } from '../engine-under-test';

/** A request as small as can be that still fails: selections, conditions and arguments are taken away as long as it does. */
export async function shrink(schema: GraphQLSchema, request: ClientRequest, stillFails: (smaller: ClientRequest) => Promise<boolean>): Promise<ClientRequest> {
  const whole = print(withoutIdleVariables(withoutSpreads(parse(request.query, { noLocation: true }))));
  let current = { ...request, query: whole };
  if (!(await stillFails(current))) current = request;
  for (;;) {
    const smaller = await firstOf(candidates(schema, current), stillFails);
    if (!smaller) return current;
    current = smaller;
  }
}

async function firstOf(requests: Iterable<ClientRequest>, holds: (request: ClientRequest) => Promise<boolean>): Promise<ClientRequest | null> {
  for (const request of requests) if (await holds(request)) return request;
  return null;
}

function* candidates(schema: GraphQLSchema, { query, variables = {} }: ClientRequest): Generator<ClientRequest> {
  const document = parse(query, { noLocation: true });
  const steps: DocumentNode[] = [];
  for (let index = 0; ; index++) {
    const step = withOneLess(document, index);
    if (step === null) break;
    steps.push(step);
  }
  for (const step of steps.map(withoutIdleVariables)) {
    const text = print(step);
    if (validate(schema, step).length === 0) yield { query: text, variables: Object.fromEntries(Object.entries(variables).filter(([name]) => text.includes(`$${name}:`))) };
  }
}

/** Takes one selection, directive or argument away, or lifts the selections of a fragment; null when there are no more. */
function withOneLess(document: DocumentNode, target: number): DocumentNode | null {
  let seen = 0;
  const isTarget = (): boolean => seen++ === target;
  const edited = visit(document, {
    SelectionSet: (node) => {
      for (const [index, selection] of node.selections.entries()) {
        if (node.selections.length > 1 && isTarget()) return { ...node, selections: node.selections.filter((_, other) => other !== index) };
        if (selection.kind === Kind.INLINE_FRAGMENT && isTarget()) return { ...node, selections: node.selections.flatMap((one): readonly SelectionNode[] => (one === selection ? selection.selectionSet.selections : [one])) };
      }
      return undefined;
    },
    Directive: () => (isTarget() ? null : undefined),
    Argument: (_node, _key, _parent, _path, around) => (isDirective(around.at(-1)) || !isTarget() ? undefined : null),
  });
  return seen > target ? edited : null;
}

function isDirective(node: ASTNode | readonly ASTNode[] | undefined): boolean {
  return node !== undefined && 'kind' in node && node.kind === Kind.DIRECTIVE;
}

function withoutSpreads(document: DocumentNode): DocumentNode {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  if (fragments.size === 0) return document;
  const inline = (definition: ASTNode): ASTNode =>
    visit(definition, {
      FragmentSpread: ({ name, directives }) => {
        const body: FragmentDefinitionNode | undefined = fragments.get(name.value);
        return body && { kind: Kind.INLINE_FRAGMENT, typeCondition: body.typeCondition, directives, selectionSet: (inline(body) as FragmentDefinitionNode).selectionSet };
      },
    });
  return { ...document, definitions: document.definitions.filter((node) => node.kind !== Kind.FRAGMENT_DEFINITION).map((node) => inline(node) as typeof node) };
}

function withoutIdleVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(document, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) });
}
