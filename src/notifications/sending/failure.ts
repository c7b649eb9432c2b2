import { z } from 'zod';

/**
 * Why a try to deliver a webhook failed. `answered`: with something else than 2xx. `gone`: with 410, the receiver wants no more.
 * `target-refused`: its name leads to an address that is not allowed.
 */
export const failureCode = z.enum([
  'answered',
  'gone',
  'target-refused',
  'name-unresolved',
  'connection-failed',
  'tls-failed',
  'timed-out',
]);
export type FailureCode = z.infer<typeof failureCode>;

/** A try that failed. */
export interface Failure {
  readonly code: FailureCode;
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** Milliseconds that the receiver asks to be left alone; null where it does not say. */
  readonly retryAfter: number | null;
}
