import { Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import type { Condition, FetchShape, RootEntry } from './fetch-shape';

/** The variables of one fetch as its fields see them: what was sent, else the default that the operation declares. */
export interface VariableReader {
  get(name: string): unknown;
}

/** Reads variables without trusting their names (`__proto__` is a name like any other). */
export function createVariableReader(shape: FetchShape, sent: Readonly<Record<string, unknown>>): VariableReader {
  return {
    get: (name) => {
      if (Object.hasOwn(sent, name) && sent[name] !== undefined) return sent[name];
      const declared = shape.operation.variableDefinitions?.find((definition) => definition.variable.name.value === name);
      return declared?.defaultValue ? valueFromASTUntyped(declared.defaultValue) : undefined;
    },
  };
}

/** Whether a root field is asked for at all. */
export function isActive(entry: RootEntry, variables: VariableReader): boolean {
  return entry.conditions.every((condition) => holds(condition, variables));
}

function holds({ directive, value }: Condition, variables: VariableReader): boolean {
  return Boolean(valueOf(value, variables)) === (directive === 'include');
}

/** The project that a root field names, as text; null when it names none. */
export function projectIdOf(entry: RootEntry, argument: string, variables: VariableReader): string | null {
  const value = entry.node.arguments?.find((candidate) => candidate.name.value === argument)?.value;
  const id = value ? valueOf(value, variables) : null;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

function valueOf(value: ValueNode, variables: VariableReader): unknown {
  return value.kind === Kind.VARIABLE ? variables.get(value.name.value) : valueFromASTUntyped(value);
}
