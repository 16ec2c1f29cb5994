import { GraphQLError } from 'graphql';

// The wording is graph-node's: clients, and our own gateway, tell errors apart by it.

/** `first` or `skip` is out of bounds. */
export function outOfRange(argument: string, max: number, actual: number): GraphQLError {
  return new GraphQLError(`The \`${argument}\` argument must be between 0 and ${max}, but is ${actual}`);
}

export function badBlock(field: 'hash' | 'number' | 'number_gte', reason: string): GraphQLError {
  return new GraphQLError(`Failed to decode \`block.${field}\` value: \`${reason}\``);
}

export function notYetIndexed(deployment: string, indexed: number, wanted: number): string {
  return `subgraph ${deployment} has only indexed up to block number ${indexed} and data for block number ${wanted} is therefore not yet available`;
}

export const NO_SUCH_HASH = 'no block with that hash found';

export function notStarted(name: string): GraphQLError {
  return new GraphQLError(`Subgraph ${name} has not started syncing yet. Wait for it to ingest a few blocks before querying it`);
}

/** Data is withheld because the index has stopped on an error. */
export function indexingError(): GraphQLError {
  return new GraphQLError('indexing_error');
}

export function invalidFilter(reason: string): GraphQLError {
  return new GraphQLError(`Failed to decode \`where\` value: \`${reason}\``);
}
