import type { Logger } from 'pino';
import type { EventStore } from '../../event-store/event-store.js';
import { hasEvent } from '../../event-store/has-event.js';
import type {
  FeedCheckpoint,
  FeedCheckpoints,
  FeedPositions,
  LogMark,
} from '../queue/feed-checkpoints.js';

/** Where the endpoints stand, in the log that begins with this event. */
export interface Beginning {
  readonly positions: FeedPositions;
  readonly firstEvent: string | null;
}

/**
 * Finds out where each endpoint goes on. One that was not there before begins with what happens next, and so does one whose checkpoint is
 * of another log, or of events that this one lost: nothing is told again, or that happened before. Throws `EventStoreError`.
 */
export async function beginFeeding(
  store: EventStore,
  checkpoints: FeedCheckpoints,
  endpoints: readonly string[],
  log: Logger,
): Promise<Beginning> {
  const mark = await markOf(store);
  const known = await checkpoints.read(endpoints);
  const added = endpoints.filter((endpoint) => !known.has(endpoint));
  for (const [endpoint, checkpoint] of known) {
    if (await isOfLog(store, checkpoint, mark)) continue;
    await checkpoints.restart(endpoint, checkpoint, mark);
    log.warn({ endpoint }, 'webhooks begin anew, as the event log is another one');
  }
  if (added.length > 0) {
    await checkpoints.begin(added, mark);
    log.info({ endpoints: added }, 'webhooks begin with what happens next');
  }
  const stored = await checkpoints.read(endpoints);
  const positions = new Map([...stored].map(([endpoint, { position }]) => [endpoint, position]));
  return { positions, firstEvent: mark.firstEvent };
}

/** The end first: what comes meanwhile is behind it. */
async function markOf(store: EventStore): Promise<LogMark> {
  const head = await store.head();
  const [first] = await store.readAll(null, 1);
  return { head, firstEvent: first?.id ?? null };
}

async function isOfLog(
  store: EventStore,
  { position, firstEvent }: FeedCheckpoint,
  mark: LogMark,
): Promise<boolean> {
  if (position === null) return true;
  return firstEvent === mark.firstEvent && (await hasEvent(store, position));
}
