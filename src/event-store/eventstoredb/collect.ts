import type { StoredEvent } from '../event-store.js';
import { storedEventOf } from './stored-json.js';
import { CallTimedOut } from './time-limit.js';

/** A read under way, as the client hands it out: a stream of resolved events. */
export interface RecordStream {
  on(event: 'data', listener: (resolved: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}

/**
 * Resolves to everything a read yields; rejects with `CallTimedOut` when nothing comes for so many milliseconds, and
 * when `retired` aborts: the client ends a read that it gave up as if it were complete.
 */
export function collect(
  stream: RecordStream,
  milliseconds: number,
  retired: AbortSignal,
): Promise<readonly StoredEvent[]> {
  return new Promise((resolve, reject) => {
    const events: StoredEvent[] = [];
    const fail = (error: unknown) => {
      clearTimeout(timer);
      retired.removeEventListener('abort', giveUp);
      reject(error instanceof Error ? error : new Error(String(error)));
      void cancelQuietly(stream);
    };
    const giveUp = () => fail(retired.reason);
    const timer = setTimeout(() => fail(new CallTimedOut(milliseconds)), milliseconds);
    stream.on('error', fail);
    stream.on('data', (resolved: unknown) => {
      timer.refresh();
      try {
        events.push(...eventIn(resolved));
      } catch (error) {
        fail(error);
      }
    });
    stream.on('end', () => {
      clearTimeout(timer);
      retired.removeEventListener('abort', giveUp);
      resolve(events);
    });
    if (retired.aborted) giveUp();
    else retired.addEventListener('abort', giveUp, { once: true });
  });
}

/** A link whose target is gone holds no event. */
export function eventIn(resolved: unknown): readonly StoredEvent[] {
  if (typeof resolved !== 'object' || resolved === null || !('event' in resolved)) return [];
  return resolved.event === undefined ? [] : [storedEventOf(resolved.event)];
}

/** What ended already cannot be cancelled any more, and nobody minds. */
async function cancelQuietly(stream: RecordStream): Promise<void> {
  await stream.cancel().catch(() => {});
}
