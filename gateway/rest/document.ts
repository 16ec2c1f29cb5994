import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, type FieldNode, type OperationDefinitionNode, type TypeNode } from 'graphql';

/** One REST endpoint: a trusted document and the words of its header comment. */
export interface RestDocument {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify pattern, for example `/projects/:id`; `:id` fills the variable `$id`. */
  path: string;
  /** HTTP status of success. */
  status: number;
  /** What the answer does to the session cookies of a browser: `set` takes tokens out of the body and into cookies, `clear` ends them. */
  cookies: 'set' | 'clear' | null;
  query: string;
  /** Answer key of the one root field: its value is the body. */
  key: string;
  variables: ReadonlyMap<string, RestVariable>;
}

/** A variable of the document. */
export interface RestVariable {
  type: string;
  required: boolean;
}

const ROUTE = /^# (GET|POST|PUT|PATCH|DELETE) (\/\S*)$/m;
const COOKIES = /^# cookies: (set|clear)$/m;
const STATUS = /^# status: (\d{3})$/m;

/** Reads every `*.graphql` of a folder. @throws naming the file that is not a REST document. */
export function readRestDocuments(folder: string): RestDocument[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      try {
        return readRestDocument(readFileSync(join(folder, file), 'utf8'));
      } catch (error) {
        throw new Error(`${join(folder, file)} is not a REST document.`, { cause: error });
      }
    });
}

/** Reads one document: `# METHOD /path` and optionally `# status: 201` and `# cookies: set`, then one operation with one root field. */
export function readRestDocument(text: string): RestDocument {
  const [, method, path] = ROUTE.exec(text) ?? [];
  if (!method || !path) throw new Error('It needs a comment like "# POST /things".');
  const operation = operationOf(text);
  const field = rootField(operation);
  return {
    method: method as RestDocument['method'],
    path,
    status: Number(STATUS.exec(text)?.[1] ?? 200),
    cookies: (COOKIES.exec(text)?.[1] ?? null) as RestDocument['cookies'],
    query: text,
    key: field.alias?.value ?? field.name.value,
    variables: new Map((operation.variableDefinitions ?? []).map(({ variable, type }) => [variable.name.value, { type: named(type), required: type.kind === Kind.NON_NULL_TYPE }])),
  };
}

function operationOf(text: string): OperationDefinitionNode {
  const [operation, ...others] = parse(text).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation || others.length > 0) throw new Error('It needs one operation.');
  return operation;
}

function rootField(operation: OperationDefinitionNode): FieldNode {
  const [field, ...others] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || others.length > 0) throw new Error('It needs one root field.');
  return field;
}

function named(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);
}
