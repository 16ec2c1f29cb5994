import { createHash } from 'node:crypto';
import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';

/** Names one exact schema: SHA-256 of its text, hexadecimal. */
export function sdlHash(sdl: string): string {
  return createHash('sha256').update(sdl).digest('hex');
}

export type CompositeNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode;

/** The object and interface types (and extensions) of a document. */
export function compositeTypes(document: DocumentNode): CompositeNode[] {
  return document.definitions.filter(
    (node): node is CompositeNode =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.OBJECT_TYPE_EXTENSION ||
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      node.kind === Kind.INTERFACE_TYPE_EXTENSION,
  );
}

/** The `fields` argument of each directive of this name, white space folded: `@key(fields: "projectId id")` → `projectId id`. */
export function fieldSets(node: { directives?: readonly DirectiveNode[] | undefined }, directive: string): string[] {
  return (node.directives ?? [])
    .filter((found) => found.name.value === directive)
    .map((found) => found.arguments?.find((argument) => argument.name.value === 'fields')?.value)
    .map((value) => (value?.kind === Kind.STRING ? value.value.trim().replace(/\s+/g, ' ') : ''));
}

export function hasDirective(node: { directives?: readonly DirectiveNode[] | undefined }, directive: string): boolean {
  return (node.directives ?? []).some((found) => found.name.value === directive);
}

/** The named type inside lists and non-nulls. */
export function namedTypeOf(field: FieldDefinitionNode): string {
  let type = field.type;
  while (type.kind !== Kind.NAMED_TYPE) type = type.type;
  return type.name.value;
}
