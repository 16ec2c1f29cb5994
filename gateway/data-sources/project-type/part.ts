import { Kind, print, type DefinitionNode, type FieldNode, type TypeNode, type VariableDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { FetchShape, RootEntry } from './fetch-shape';
import { knowsInputType, missingInLiteral, missingInValue } from './input-check';
import { createPruner, type Findings, type Pruned } from './prune';
import type { VariableReader } from './variables';
import { namedType, type VersionIndex } from './version-index';

/** A part of a fetch, ready for the instances of one version. */
export interface Part {
  /** What to send; empty when nothing is left to ask. */
  text: string;
  /** Names of the variables that the text uses. */
  variables: readonly string[];
  /** Answer key of each root field that this version cannot execute → why. They are not in the text. */
  refused: ReadonlyMap<string, string>;
  /** Answer key → fields that this version lacks although they are promised non-null. */
  broken: ReadonlyMap<string, readonly string[]>;
  /** Answer key → variables whose values must be looked at before each call. */
  checks: ReadonlyMap<string, readonly VariableCheck[]>;
}

interface VariableCheck {
  name: string;
  type: TypeNode;
}

/** The versions of one type that are live in one supergraph. */
export interface Versions {
  /** Null for a version that this supergraph has not heard of yet: it is newer. */
  index(sdlHash: string): VersionIndex | null;
  all: readonly VersionIndex[];
}

const PARTS_PER_FETCH = 64;

/** Compiles parts, remembering them by (fetch text, version, root fields chosen). */
export function createPartCompiler(versions: Versions): (shape: FetchShape, entries: readonly RootEntry[], sdlHash: string) => Part {
  const memory = new WeakMap<FetchShape, LRUCache<string, Part>>();
  return (shape, entries, sdlHash) => {
    const parts = memory.get(shape) ?? new LRUCache<string, Part>({ max: PARTS_PER_FETCH });
    memory.set(shape, parts);
    const key = `${sdlHash} ${entries.map((entry) => shape.roots.indexOf(entry)).join()}`;
    const part = parts.get(key) ?? compilePart(shape, entries, versions.index(sdlHash), versions.all);
    parts.set(key, part);
    return part;
  };
}

/** Root fields that the variables of this very call make impossible for a version: answer key → why. */
export function refusedByVariables(part: Part, variables: VariableReader, index: VersionIndex | null): Map<string, string> {
  const refused = new Map<string, string>();
  if (!index) return refused;
  for (const [key, checks] of part.checks) {
    for (const { name, type } of checks) {
      const missing = missingInValue(variables.get(name), type, index);
      if (missing) refused.set(key, missing);
    }
  }
  return refused;
}

/** Compiles one part: prunes by the version, then drops fragments and variables that nothing uses any more. */
export function compilePart(shape: FetchShape, entries: readonly RootEntry[], index: VersionIndex | null, all: readonly VersionIndex[]): Part {
  const pruner = createPruner({ index, others: all, fragments: shape.fragments });
  const rootType = shape.mutation ? 'Mutation' : 'Query';
  const declared = new Map((shape.operation.variableDefinitions ?? []).map((node) => [node.variable.name.value, node]));
  const pruned = entries.map((entry) => ({ key: entry.key, ...pruner.root(rootType, entry.node) }));
  const refused = new Map<string, string>();
  for (const { key, findings } of pruned) {
    const reason = findings.refusal ?? unknownVariable(findings, declared, index);
    if (reason) refused.set(key, reason);
  }
  const kept = pruned.filter(({ key }) => !refused.has(key));
  const variables = [...new Set(kept.flatMap(({ findings }) => [...findings.variables]))];
  const fragments = [...new Set(kept.flatMap(({ findings }) => [...findings.fragments]))];
  return {
    text: kept.length === 0 ? '' : write(shape, kept, variables.flatMap((name) => declared.get(name) ?? []), fragments.flatMap((name) => pruner.fragment(name) ?? [])),
    variables,
    refused,
    broken: new Map(kept.filter(({ findings }) => findings.broken.length > 0).map(({ key, findings }) => [key, findings.broken])),
    checks: index ? checksOf(kept, declared) : new Map(),
  };
}

type KeyedField = Pruned<FieldNode> & { key: string };

function unknownVariable(findings: Findings, declared: ReadonlyMap<string, VariableDefinitionNode>, index: VersionIndex | null): string | null {
  if (!index) return null;
  for (const name of findings.variables) {
    const definition = declared.get(name);
    if (!definition) continue;
    if (!knowsInputType(namedType(definition.type), index)) return `the input type ${namedType(definition.type)}`;
    const missing = definition.defaultValue ? missingInLiteral(definition.defaultValue, definition.type, index) : null;
    if (missing) return missing;
  }
  return null;
}

function checksOf(kept: readonly KeyedField[], declared: ReadonlyMap<string, VariableDefinitionNode>): Map<string, VariableCheck[]> {
  const checks = new Map<string, VariableCheck[]>();
  for (const { key, findings } of kept) {
    const own = [...findings.variables].flatMap((name) => {
      const definition = declared.get(name);
      return definition ? [{ name, type: definition.type }] : [];
    });
    checks.set(key, [...(checks.get(key) ?? []), ...own]);
  }
  return checks;
}

function write(shape: FetchShape, kept: readonly KeyedField[], variableDefinitions: VariableDefinitionNode[], fragments: DefinitionNode[]): string {
  const selectionSet = { kind: Kind.SELECTION_SET as const, selections: kept.map(({ node }) => node) };
  return print({ kind: Kind.DOCUMENT, definitions: [{ ...shape.operation, variableDefinitions, selectionSet }, ...fragments] });
}
