import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import { UnreadableEvent } from '../governed-request/governed-request.codec.js';
import { accessStreamOf, decodeAccess } from './access-log.codec.js';

/** Which records of a day are asked for. */
export interface AccessFilter {
  /** In UTC, such as `2026-11-22`. */
  readonly day: string;
  /** Of this caller only. */
  readonly identity?: string | undefined;
  /** That name this request only. */
  readonly request?: string | undefined;
}

export interface AccessPage {
  readonly events: readonly StoredEvent[];
  /** The version behind which the next page begins; null where the day has no more for now. */
  readonly nextAfter: number | null;
}

/** Events read at a time: a few milliseconds' work. */
const PAGE = 100;
/** Records looked at for one page of what may be rare: a day has millions. */
const MOST_LOOKED_AT = 5_000;

/**
 * Resolves to at most `limit` of the records behind a version, -1 for all of them, in the order they were stored; to
 * fewer, or none, where those are far apart and the day has more. One that this version of Docket cannot read is among
 * them whatever is asked for: it may be what one looks for.
 */
export async function readAccesses(
  store: EventStore,
  filter: AccessFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<AccessPage> {
  const events: StoredEvent[] = [];
  let version = after;
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += PAGE) {
    const page = await store.readStreamPage(accessStreamOf(filter.day), version, PAGE);
    for (const event of page) {
      if (mayBeAskedFor(event, filter)) events.push(event);
      if (events.length > limit) {
        return { events: events.slice(0, limit), nextAfter: events[limit - 1]?.version ?? null };
      }
    }
    version = page.at(-1)?.version ?? version;
    if (page.length < PAGE) return { events, nextAfter: null };
    await nextTurn();
  }
  return { events, nextAfter: version };
}

function mayBeAskedFor(stored: StoredEvent, { identity, request }: AccessFilter): boolean {
  try {
    const { event, metadata } = decodeAccess(stored);
    const isTheirs = identity === undefined || metadata.actor === identity;
    return isTheirs && (request === undefined || event.data.requests.includes(request));
  } catch (error) {
    if (error instanceof UnreadableEvent) return true;
    throw error;
  }
}
