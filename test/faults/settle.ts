import { EventStoreError } from '../../src/event-store/event-store.errors.js';
import type { CallFailed } from './history.js';

export type Settled<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: EventStoreError }
  | CallFailed;

/** Waits for a call of the store, at most so many milliseconds; never rejects. */
export async function settle<T>(call: Promise<T>, milliseconds: number): Promise<Settled<T>> {
  const { promise: late, resolve } = Promise.withResolvers<Settled<T>>();
  const timer = setTimeout(() => resolve({ kind: 'hung' }), milliseconds);
  try {
    return await Promise.race([outcomeOf(call), late]);
  } finally {
    clearTimeout(timer);
  }
}

const outcomeOf = <T>(call: Promise<T>): Promise<Settled<T>> =>
  call.then(
    (value) => ({ kind: 'done', value }),
    (error: unknown) =>
      error instanceof EventStoreError
        ? { kind: 'failed', error }
        : { kind: 'broke', message: String(error) },
  );
