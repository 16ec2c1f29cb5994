/** An error message of graphql-js for whoever may not read the schema: they should not learn names from suggestions either. */
export function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .+\?$/, '');
}
