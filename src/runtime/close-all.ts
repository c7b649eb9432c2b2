import type { Logger } from 'pino';

/** Carries out every step in turn, also behind one that fails. */
export async function closeAll(
  log: Logger,
  steps: readonly (() => Promise<unknown>)[],
): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log.error({ err: error }, 'something could not be closed');
    }
  }
}
