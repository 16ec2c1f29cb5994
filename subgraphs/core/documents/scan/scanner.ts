/** Looks for viruses. */
export interface Scanner {
  /** NONE: nobody has looked. @throws Error when it could not look: then the upload waits and is tried again. */
  scan(content: AsyncIterable<Uint8Array>): Promise<'NONE' | 'CLEAN' | 'INFECTED'>;
}

/** Where no scanner is configured: nothing is looked at, and documents say so. */
export const noScanner: Scanner = { scan: async () => 'NONE' };
