import { z } from 'zod';

export const opened = z.object({ url: z.string() });

export const usage = z.object({
  /** Microseconds of processor time so far, of all threads. */
  cpu: z.number(),
  /** Bytes in memory, of the whole process. */
  rss: z.number(),
  /** Bytes of JavaScript objects and of the buffers they hold. */
  heap: z.number(),
  /** Calls that the gateway has taken since the service was opened. */
  calls: z.number(),
});
/** What the process has used; after a garbage collection, where one was asked for. */
export type Usage = Readonly<z.infer<typeof usage>>;

/** Every order is answered by one of these, in the order they came. */
export const reply = z.union([
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({ error: z.string() }),
]);
export type Reply = z.infer<typeof reply>;
