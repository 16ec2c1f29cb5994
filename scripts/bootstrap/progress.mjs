// @ts-check

/**
 * One line for each thing done, with its seconds.
 * @param {boolean} quiet
 */
export function createProgress(quiet) {
  return {
    /**
     * @param {string} title
     * @param {() => Promise<string | void>} work may return a remark for the line
     */
    async run(title, work) {
      const started = performance.now();
      try {
        const remark = await work();
        const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
        if (!quiet) console.log(`${seconds} s  ${title}${remark ? ` (${remark})` : ''}`);
      } catch (error) {
        throw new Error(`Failed: ${title}\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    },
  };
}
