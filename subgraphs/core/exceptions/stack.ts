import { createHash } from 'node:crypto';

/** One line of a stack trace of V8. */
export interface Frame {
  function: string;
  /** Without the folder that the release lies in. */
  file: string;
  line: number | null;
  column: number | null;
  /** Whether it is code of ours, not of Node or of a package. */
  own: boolean;
}

const FRAME = /^\s*at (?:async )?(?:(.+?) \()?(?:file:\/\/)?([^()\s]+?)(?::(\d+):(\d+))?\)?$/;
const FRAMES_THAT_COUNT = 4;
const MAX_FRAMES = 50;

/** Frames of a stack, innermost first. */
export function framesOf(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => frameOf(line) ?? []).slice(0, MAX_FRAMES);
}

function frameOf(text: string): Frame | null {
  const [, name, path, line, column] = FRAME.exec(text) ?? [];
  if (!path || path === '<anonymous>' || path === 'native') return null;
  const own = !path.includes('node_modules/') && !path.startsWith('node:') && path.includes('/');
  return { function: functionOf(name), file: fileOf(path), line: line ? Number(line) : null, column: column ? Number(column) : null, own };
}

// A function may be called by an alias (`Object.resolve [as handler]`); that depends on the caller.
function functionOf(name: string | undefined): string {
  return name?.replace(/ \[as .*\]$/, '') ?? '<anonymous>';
}

/** `subgraphs/core/x.ts` wherever it was unpacked; an image carries its version in its path. */
function fileOf(path: string): string {
  const inRepository = /(?:^|\/)((?:kernel|gateway|subgraphs|cli|node_modules)\/.*)$/.exec(path)?.[1];
  return inRepository ?? path.replace(/^.*\/(?=[^/]+$)/, '');
}

/** What an error is told by. */
export interface Failure {
  room: string;
  type: string;
  code: string | null;
  message: string;
  stack: string;
}

/**
 * The same for errors of one cause: room, type, code and the innermost frames of our own code, without lines and columns, which each
 * release moves. Messages hold values, so they count only where there is no frame of ours, without what may be a value.
 */
export function fingerprintOf({ room, type, code, message, stack }: Failure): string {
  const frames = framesOf(stack).filter(({ own }) => own).slice(0, FRAMES_THAT_COUNT);
  const place = frames.length > 0 ? frames.map((frame) => `${frame.function} ${frame.file}`) : [titleOf(message)];
  return createHash('sha256').update(JSON.stringify([room, type, code, ...place])).digest('hex').slice(0, 32);
}

const VALUES: ReadonlyArray<readonly [RegExp, string]> = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '…'],
  [/0x[0-9a-f]+/gi, '…'],
  [/(["'`]).*?\1/g, '…'],
  [/\d+(\.\d+)*/g, '…'],
];

/** The first line of a message without what may be a value. */
export function titleOf(message: string): string {
  const [first = ''] = message.trim().split('\n');
  return VALUES.reduce((text, [shape, instead]) => text.replace(shape, instead), first).slice(0, 200);
}
