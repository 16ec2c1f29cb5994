import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'graphql';
import { documentIdOf, readManifest, writeManifest, type Documents } from '#kernel/trusted-documents';
import { readEnv } from '../env';
import type { Command } from './command';

const USAGE = 'Usage: rahat documents add <manifest.json | operation.graphql>... [--file <manifest>]\n       rahat documents list [--file <manifest>]';

/** Registers documents that clients may run by id: the gateway reads the file again when it changes. */
export const documents: Command = {
  name: 'documents',
  usage: 'documents add|list <file>... [--file <manifest>]',
  sentence: 'Register documents that clients may run by id, in the manifest of the gateway (TRUSTED_DOCUMENTS_FILE).',
  run: async (args) => {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { file: { type: 'string' } } });
    const [verb, ...sources] = positionals;
    const file = values.file ?? readEnv(process.env).TRUSTED_DOCUMENTS_FILE;
    if (file === '') throw new Error('Say where the manifest is, with --file or TRUSTED_DOCUMENTS_FILE.');
    if (verb === 'list' && sources.length === 0) return list(file);
    if (verb === 'add' && sources.length > 0) return add(file, sources);
    throw new Error(USAGE);
  },
};

function list(file: string): number {
  for (const [id, text] of registered(file)) console.log(`${id}  ${namesIn(text)}`);
  return 0;
}

function add(file: string, sources: readonly string[]): number {
  const known = registered(file);
  const all = new Map(known);
  for (const [id, text] of sources.flatMap((source) => [...readSource(source)])) {
    if ((all.get(id) ?? text) !== text) throw new Error(`${id} is registered with another text. Give the new one another id: clients that know the old one go on using it.`);
    namesIn(text);
    all.set(id, text);
  }
  // Never half a file, for a gateway that reads it at this moment.
  writeFileSync(`${file}.new`, writeManifest(all));
  renameSync(`${file}.new`, file);
  console.log(`${all.size - known.size} added, ${all.size} in ${file}.`);
  return 0;
}

function registered(file: string): Documents {
  return existsSync(file) ? readManifest(readFileSync(file, 'utf8')) : new Map();
}

function readSource(source: string): Documents {
  const text = readFileSync(source, 'utf8');
  try {
    return source.endsWith('.json') ? readManifest(text) : new Map([[documentIdOf(text), text]]);
  } catch (error) {
    throw new Error(`${source}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Names of the operations of a document. @throws GraphQLError when it is none. */
function namesIn(text: string): string {
  return parse(text).definitions.flatMap((node) => (node.kind === 'OperationDefinition' ? [node.name?.value ?? '(no name)'] : [])).join(', ');
}
