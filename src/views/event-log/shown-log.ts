import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { ACCESS_PREFIX } from '../../access-log/access-log.codec.js';
import type { EventStore, Position, StoredEvent } from '../../event-store/event-store.js';
import type { Piece } from './event-follower.js';

/** Events read at a time where few are asked for. */
const PAGE = 200;

/**
 * What is shown of the log beside the events of requests: `access`, the records of who read what. They are left out
 * otherwise, as each page that is read adds one, and who reads on until nothing comes would never get there.
 */
export const include = z.literal('access').optional();
export type Include = z.infer<typeof include>;

export interface LogPage {
  readonly events: readonly StoredEvent[];
  /** The last event that was looked at, shown or not; null in an empty log. */
  readonly end: Position | null;
}

/** At most `limit` events behind `after` that are to be shown; fewer only at the end of the log. Throws `position-unknown`. */
export async function logPage(
  store: EventStore,
  { after, limit, include: included }: { after: Position | null; limit: number; include: Include },
): Promise<LogPage> {
  const size = Math.max(limit, PAGE);
  const events: StoredEvent[] = [];
  for (let end = after; ;) {
    const page = await store.readAll(end, size);
    const shown = page.filter(({ stream }) => isShown(stream, included));
    events.push(...shown.slice(0, limit - events.length));
    if (events.length === limit) return { events, end: events.at(-1)?.position ?? end };
    end = page.at(-1)?.position ?? end;
    if (page.length < size) return { events, end };
    await nextTurn();
  }
}

/** What is to be shown of the pieces. */
export async function* shownPieces(
  pieces: AsyncIterable<Piece>,
  included: Include,
): AsyncGenerator<Piece, void> {
  for await (const piece of pieces) {
    const shown = piece.filter(({ stream }) => isShown(stream, included));
    if (shown.length > 0) yield shown;
  }
}

const isShown = (stream: string, included: Include): boolean =>
  included === 'access' || !stream.startsWith(ACCESS_PREFIX);
