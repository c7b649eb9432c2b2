import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError } from '../event-store.errors.js';
import { BackOff } from './back-off.js';
import { classifyFailure, type FailedCall } from './classify-failure.js';

const MAX_PAUSE_MILLISECONDS = 1_000;

/** Why the last try failed, once no time is left for another; `mayBeDone`: some try may have been carried out. */
type GivenUp = { readonly mayBeDone: boolean; readonly reason: string; readonly cause: unknown };

/**
 * Tries an append until it is known how it ended, for at most about `milliseconds`. `attempt` must send the same event
 * ids and the same expected version each time: then the server answers a repetition as it did the first time.
 * Throws `outcome-unknown` when it may have been written, `unavailable` when certainly nothing was sent.
 */
export async function appendUntilKnown<T>(
  attempt: () => Promise<T>,
  call: FailedCall,
  milliseconds: number,
): Promise<T> {
  return retry(attempt, call, milliseconds, ({ mayBeDone, reason, cause }) =>
    mayBeDone
      ? new EventStoreError(
          'outcome-unknown',
          `EventStoreDB did not say whether it wrote to ${call.stream}: ${reason}`,
          { cause },
        )
      : unavailable(reason, cause),
  );
}

/** Tries a read until it is answered, for at most about `milliseconds`; throws `unavailable`. */
export async function readUntilAnswered<T>(
  attempt: () => Promise<T>,
  call: FailedCall,
  milliseconds: number,
): Promise<T> {
  return retry(attempt, call, milliseconds, ({ reason, cause }) => unavailable(reason, cause));
}

async function retry<T>(
  attempt: () => Promise<T>,
  call: FailedCall,
  milliseconds: number,
  giveUp: (why: GivenUp) => EventStoreError,
): Promise<T> {
  const end = performance.now() + milliseconds;
  const backOff = new BackOff(MAX_PAUSE_MILLISECONDS);
  let mayBeDone = false;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      const failure = classifyFailure(cause, call);
      if (failure.kind === 'refused') {
        throw isCertain(failure.error, mayBeDone)
          ? failure.error
          : giveUp({ mayBeDone, reason: failure.error.message, cause });
      }
      mayBeDone ||= failure.kind === 'unknown';
      const wait = backOff.next();
      if (performance.now() + wait >= end)
        throw giveUp({ mayBeDone, reason: failure.reason, cause });
      await sleep(wait);
    }
  }
}

/**
 * A conflict tells for sure that no earlier try was written, or the repetition would have been answered as written.
 * Any other refusal says so only of the last try.
 */
const isCertain = (refusal: EventStoreError, mayBeDone: boolean): boolean =>
  !mayBeDone || refusal.code === 'version-conflict';

const unavailable = (reason: string, cause: unknown): EventStoreError =>
  new EventStoreError('unavailable', `EventStoreDB cannot be reached: ${reason}`, { cause });
