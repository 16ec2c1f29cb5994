// @ts-check
import { Kind, parse, print, visit } from 'graphql';

const MACHINERY = /^(join__|link__|core__|federation__|context__)/;
const MACHINERY_DIRECTIVES = /^(link|core|join__.*|inaccessible|tag)$/;

/**
 * What clients see of a supergraph: the same types without the directives and types that only a router reads.
 * @param {string} supergraph
 */
export function apiSchemaOf(supergraph) {
  /** @param {{ name: { value: string } }} node */
  const dropped = (node) => (MACHINERY.test(node.name.value) ? null : undefined);
  return print(
    visit(parse(supergraph), {
      [Kind.DIRECTIVE]: (node) => (MACHINERY_DIRECTIVES.test(node.name.value) ? null : undefined),
      [Kind.DIRECTIVE_DEFINITION]: (node) => (MACHINERY_DIRECTIVES.test(node.name.value) ? null : undefined),
      [Kind.SCALAR_TYPE_DEFINITION]: dropped,
      [Kind.ENUM_TYPE_DEFINITION]: dropped,
      [Kind.INPUT_OBJECT_TYPE_DEFINITION]: dropped,
    }),
  );
}
