import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError } from '../event-store.errors.js';
import { BackOff } from './back-off.js';
import { CallFailed, isRefusal, mayBeDone, type Refusal } from './call-failure.js';

const MAX_PAUSE_MILLISECONDS = 1_000;

/** One try, which waits for its turn no longer than the milliseconds that are left. */
export type Attempt<T> = (millisecondsLeft: number) => Promise<T>;

/**
 * Tries an append until it is known how it ended, for about `milliseconds`. `attempt` must send the same event ids and
 * the same expected version each time: then the server answers a repetition as it did the first time. Throws
 * `outcome-unknown` when it may have been written, `unavailable` when certainly nothing was.
 */
export async function appendUntilKnown<T>(
  attempt: Attempt<T>,
  hosts: string,
  milliseconds: number,
): Promise<T> {
  return retry(attempt, milliseconds, (last, isOpen) => {
    const { failure } = last;
    if (isRefusal(failure) && isCertain(failure, isOpen)) return failure.error;
    return isOpen ? outcomeUnknown(hosts, last) : unavailable(hosts, last);
  });
}

/** Tries a read until it is answered, for about `milliseconds`; throws `unavailable`. */
export async function readUntilAnswered<T>(
  attempt: Attempt<T>,
  hosts: string,
  milliseconds: number,
): Promise<T> {
  return retry(attempt, milliseconds, (last) =>
    isRefusal(last.failure) ? last.failure.error : unavailable(hosts, last),
  );
}

/** `giveUp` makes the error to throw from the last failure; `isOpen`: some try may have been carried out. */
async function retry<T>(
  attempt: Attempt<T>,
  milliseconds: number,
  giveUp: (last: CallFailed, isOpen: boolean) => EventStoreError,
): Promise<T> {
  const end = performance.now() + milliseconds;
  const backOff = new BackOff(MAX_PAUSE_MILLISECONDS);
  let isOpen = false;
  for (;;) {
    try {
      return await attempt(Math.max(0, end - performance.now()));
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (isRefusal(error.failure)) throw giveUp(error, isOpen);
      isOpen ||= mayBeDone(error.failure);
      const wait = backOff.next();
      if (performance.now() + wait >= end) throw giveUp(error, isOpen);
      await sleep(wait);
    }
  }
}

/**
 * A conflict tells for sure that no earlier try was written, or the repetition would have been answered as written.
 * Any other refusal says so only of the last try.
 */
const isCertain = ({ kind }: Refusal, isOpen: boolean): boolean => !isOpen || kind === 'conflict';

/** Certainly nothing was done. */
export const unavailable = (hosts: string, cause: Error): EventStoreError =>
  new EventStoreError(
    'unavailable',
    `EventStoreDB cannot be reached (${hosts}): ${cause.message}`,
    { cause },
  );

const outcomeUnknown = (hosts: string, cause: Error): EventStoreError =>
  new EventStoreError(
    'outcome-unknown',
    `EventStoreDB (${hosts}) did not say whether it wrote: ${cause.message}`,
    { cause },
  );
