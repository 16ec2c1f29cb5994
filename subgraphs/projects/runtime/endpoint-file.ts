import { renameSync, writeFileSync } from 'node:fs';

/** Tells the driver where this instance listens. Written aside and renamed: a reader never sees half of it. */
export function writeEndpointFile(path: string, url: string): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ url }));
  renameSync(unfinished, path);
}
