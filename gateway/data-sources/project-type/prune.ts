import {
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { missingInLiteral } from './input-check';
import { namedType, type FieldSignature, type VersionIndex } from './version-index';

/** What pruning met on the way through one root field. */
export interface Findings {
  /** Why the field cannot be executed by this version at all; null when it can. */
  refusal: string | null;
  /** Fields that were left out although the newest schema promises them non-null. */
  broken: string[];
  variables: Set<string>;
  fragments: Set<string>;
}

/** A selection as one version understands it. */
export interface Pruned<T> {
  node: T;
  findings: Findings;
}

export interface PruneOptions {
  /** What the instance knows; null when its schema is newer than ours, and so (versions only add) knows all that we may ask. */
  index: VersionIndex | null;
  /** All versions in which a left out field may be declared non-null. */
  others: readonly VersionIndex[];
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Prunes root fields and the fragments they spread. One for each part that is compiled: it remembers the fragments. */
export interface Pruner {
  root(type: string, node: FieldNode): Pruned<FieldNode>;
  fragment(name: string): FragmentDefinitionNode | undefined;
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Makes a pruner for one version of a type. */
export function createPruner(options: PruneOptions): Pruner {
  const fragments = new Map<string, Pruned<FragmentDefinitionNode> | null>();

  function root(type: string, node: FieldNode): Pruned<FieldNode> {
    const findings = noFindings();
    const kept = field(type, node, findings);
    if (!kept) findings.refusal ??= `the field ${type}.${node.name.value}`;
    return { node: kept ?? node, findings };
  }

  function field(parent: string, node: FieldNode, findings: Findings): FieldNode | null {
    if (node.name.value === '__typename') return node;
    const signature = options.index?.field(parent, node.name.value);
    if (options.index && !signature) {
      if (promised(parent, node.name.value)) findings.broken.push(`${parent}.${node.name.value}`);
      return null;
    }
    readArguments(`${parent}.${node.name.value}`, node, signature, findings);
    readDirectives(node.directives, findings);
    if (!node.selectionSet) return node;
    return { ...node, selectionSet: selections(signature ? namedType(signature.type) : '', node.selectionSet, findings) };
  }

  function promised(parent: string, name: string): boolean {
    return options.others.some((other) => other.field(parent, name)?.type.kind === Kind.NON_NULL_TYPE);
  }

  function readArguments(path: string, node: FieldNode, signature: FieldSignature | undefined, findings: Findings): void {
    for (const argument of node.arguments ?? []) {
      collectVariables(argument.value, findings.variables);
      if (options.index && signature) findings.refusal ??= missingArgument(path, argument, signature, options.index);
    }
  }

  function selections(parent: string, set: SelectionSetNode, findings: Findings): SelectionSetNode {
    const kept = set.selections.flatMap((selection) => one(parent, selection, findings) ?? []);
    return { ...set, selections: kept.length > 0 ? kept : [TYPENAME] };
  }

  function one(parent: string, selection: SelectionNode, findings: Findings): SelectionNode | null {
    if (selection.kind === Kind.FIELD) return field(parent, selection, findings);
    const kept = selection.kind === Kind.INLINE_FRAGMENT ? inline(parent, selection, findings) : spread(parent, selection, findings);
    if (kept) readDirectives(selection.directives, findings);
    return kept;
  }

  function inline(parent: string, node: InlineFragmentNode, findings: Findings): SelectionNode | null {
    const type = node.typeCondition?.name.value ?? parent;
    if (options.index && !options.index.canMatch(parent, type)) return null;
    const kept = node.selectionSet.selections.flatMap((selection) => one(type, selection, findings) ?? []);
    return kept.length > 0 ? { ...node, selectionSet: { ...node.selectionSet, selections: kept } } : null;
  }

  function spread(parent: string, node: FragmentSpreadNode, findings: Findings): SelectionNode | null {
    const pruned = fragment(node.name.value);
    if (!pruned || (options.index && !options.index.canMatch(parent, pruned.node.typeCondition.name.value))) return null;
    absorb(findings, pruned.findings);
    findings.fragments.add(node.name.value);
    return node;
  }

  function fragment(name: string): Pruned<FragmentDefinitionNode> | null {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    const pruned = pruneFragment(options.fragments.get(name));
    fragments.set(name, pruned);
    return pruned;
  }

  function pruneFragment(definition: FragmentDefinitionNode | undefined): Pruned<FragmentDefinitionNode> | null {
    const type = definition?.typeCondition.name.value;
    if (!definition || !type || (options.index && !options.index.canMatch(type, type))) return null;
    const findings = noFindings();
    return { node: { ...definition, selectionSet: selections(type, definition.selectionSet, findings) }, findings };
  }

  return { root, fragment: (name) => fragment(name)?.node };
}

function missingArgument(path: string, argument: ArgumentNode, signature: FieldSignature, index: VersionIndex): string | null {
  const type = signature.args.get(argument.name.value);
  return type ? missingInLiteral(argument.value, type, index) : `the argument ${argument.name.value} of ${path}`;
}

function readDirectives(directives: readonly DirectiveNode[] | undefined, findings: Findings): void {
  for (const directive of directives ?? []) for (const argument of directive.arguments ?? []) collectVariables(argument.value, findings.variables);
}

function collectVariables(value: ValueNode, into: Set<string>): void {
  if (value.kind === Kind.VARIABLE) into.add(value.name.value);
  if (value.kind === Kind.LIST) for (const item of value.values) collectVariables(item, into);
  if (value.kind === Kind.OBJECT) for (const field of value.fields) collectVariables(field.value, into);
}

function noFindings(): Findings {
  return { refusal: null, broken: [], variables: new Set(), fragments: new Set() };
}

function absorb(into: Findings, from: Findings): void {
  into.refusal ??= from.refusal;
  into.broken.push(...from.broken);
  for (const name of from.variables) into.variables.add(name);
  for (const name of from.fragments) into.fragments.add(name);
}
