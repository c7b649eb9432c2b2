import type { Logger } from 'pino';

/** Milliseconds between the end of listening and the end of the process, at the most; usually it takes far less. */
export const STOP_WITHIN = 30_000;

/**
 * Ends the process with 1 if it is still there after so many milliseconds, unless what it returns is called before: what
 * the process left, the next one's sweeper finds.
 */
export function exitWithin(milliseconds: number, log: Logger): () => void {
  const exit = (): void => {
    log.fatal('it did not stop in time and is ended');
    process.exit(1);
  };
  const timer = setTimeout(exit, milliseconds).unref();
  return () => clearTimeout(timer);
}
