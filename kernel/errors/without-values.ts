import { Kind, print, type ASTNode, type GraphQLError } from 'graphql';

const LEFT_OUT = '…';
const VALUES: ReadonlySet<string> = new Set([Kind.STRING, Kind.INT, Kind.FLOAT, Kind.LIST, Kind.OBJECT]);
/** As graphql-js begins what is wrong with a variable; ` at "$name.path"` may follow. */
const OF_VARIABLE = /^(Variable "\$\w+" got invalid value )(.*?)( at "[\w.[\]]+")?$/s;
const OF_SYNTAX = /\b(String|BlockString|Int|Float) ".*"(\.?)$/s;

/**
 * The message of an error of parsing, validation or coercion without the values that it quotes: they may be somebody's name or number, and
 * clients keep messages. What the client did wrong is still said, with the path or the place of it; names of the schema and of the document stay.
 */
export function withoutValues(error: GraphQLError): string {
  const reason = error.originalError?.message;
  if (reason !== undefined && error.message.endsWith(`; ${reason}`)) {
    const [, start, value, place = ''] = OF_VARIABLE.exec(error.message.slice(0, -reason.length - 2)) ?? [];
    if (start !== undefined && value !== undefined) return `${start.replace(' value ', ' value')}${place}; ${without(reason, [value, unquoted(value)])}`;
  }
  const quoted = (error.nodes ?? []).flatMap(valuesIn);
  return without(error.message, quoted).replace(OF_SYNTAX, '$1$2');
}

function valuesIn(node: ASTNode): string[] {
  if (!VALUES.has(node.kind)) return [];
  return [print(node), ...('value' in node && typeof node.value === 'string' ? [node.value] : [])];
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? String(JSON.parse(text)) : '';
}

function without(text: string, values: readonly string[]): string {
  return values.filter((value) => value !== '').reduce((rest, value) => rest.replaceAll(value, LEFT_OUT), text);
}
