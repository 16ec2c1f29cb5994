import { audit } from './audit';
import type { Command } from './command';
import { controlCommands } from './control';
import { documents } from './documents';
import { importFile } from './import';
import { start } from './start';

/** All verbs of the `rahat` command; a new one is a file beside this and a line here. */
export const commands: readonly Command[] = [start, ...controlCommands, documents, importFile, audit];
