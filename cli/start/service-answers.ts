import { parse } from 'graphql';
import type { Session } from './demo';
import type { Document } from './graphql-client';

interface FieldInfo {
  name: string;
  args: Array<{ type: { kind: string } }>;
  type: TypeInfo;
}

interface TypeInfo {
  kind: string;
  name: string | null;
  ofType: TypeInfo | null;
}

/**
 * Whether a project's own service answers through the gateway. Knows no type: the schema says that `Project` has a field named
 * after the type, and one plain field of what it leads to is asked for.
 */
export async function serviceAnswers(session: Session, project: { id: string; type: string }): Promise<boolean> {
  const selection = await selectionFor(session, project.type);
  if (!selection) return true;
  return session.ask(parse(`query ($id: ID!) { project(id: $id) { ${selection} } }`), { id: project.id }).then(
    () => true,
    () => false,
  );
}

/** `rfv { vouchersIssued }`, or null while (or because) the supergraph has no such field. */
export async function selectionFor(session: Session, type: string): Promise<string | null> {
  const field = (await fieldsOf(session, 'Project')).find(({ name }) => name === type);
  const target = field && named(field.type);
  if (!target) return null;
  const leaf = (await fieldsOf(session, target)).find(isPlainLeaf);
  return leaf ? `${type} { ${leaf.name} }` : null;
}

async function fieldsOf(session: Session, type: string): Promise<FieldInfo[]> {
  const { __type } = await session.ask(FIELDS, { type });
  return __type?.fields ?? [];
}

// An id may be part of the key, which the gateway knows without asking the service.
function isPlainLeaf({ name, args, type }: FieldInfo): boolean {
  const kind = innermost(type).kind;
  return (kind === 'SCALAR' || kind === 'ENUM') && !/id$/i.test(name) && args.every((arg) => arg.type.kind !== 'NON_NULL');
}

function named(type: TypeInfo): string | null {
  return innermost(type).name;
}

function innermost(type: TypeInfo): TypeInfo {
  return type.ofType ? innermost(type.ofType) : type;
}

const FIELDS: Document<{ __type: { fields: FieldInfo[] | null } | null }, { type: string }> = parse(`query ($type: String!) {
  __type(name: $type) { fields { name args { type { kind } } type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }
}`);
