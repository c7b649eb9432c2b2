import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';

/** A stream no one wrote to before. */
export const newStream = (): string => `governedRequest-${randomUUID()}`;

/** An event like those of a governed request, with a fresh id. */
export const sampleEvent = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'Submitted',
  data: JSON.stringify({ content: 'Summarise the internal AI policy', requester: 'ada' }),
  metadata: JSON.stringify({ $correlationId: randomUUID(), $causationId: randomUUID() }),
  ...over,
});

export const sampleEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, () => sampleEvent());

/** The whole log behind `after`, read page by page. */
export async function readLog(
  store: EventStore,
  after: Position | null,
  pageSize = 200,
): Promise<readonly StoredEvent[]> {
  const log: StoredEvent[] = [];
  for (;;) {
    const page = await store.readAll(log.at(-1)?.position ?? after, pageSize);
    if (page.length === 0) return log;
    log.push(...page);
  }
}

/** A log may be shared with other writers: what one test is about are the events of its own streams. */
export const eventsOf = (
  streams: Iterable<string>,
  log: readonly StoredEvent[],
): readonly StoredEvent[] => {
  const names = new Set(streams);
  return log.filter(({ stream }) => names.has(stream));
};

export const idsOf = (events: readonly NewEvent[]): readonly string[] => events.map(({ id }) => id);

/** Fails loudly where a promise that has to settle soon would leave the test hanging. */
export async function soon<T>(promise: Promise<T>, milliseconds = 5_000): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Nothing came for ${milliseconds} ms.`)),
    milliseconds,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
