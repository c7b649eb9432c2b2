import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../test/support/eventstoredb/until.js';
import { EventStoreError } from '../event-store.errors.js';
import type { Position, StoredEvent } from '../event-store.js';
import { CallFailed } from './call-failure.js';
import { followAcrossDrops, type SubscriptionDrop } from './catch-up-subscription.js';
import type { EventBuffer } from './event-buffer.js';
import type { FeedHandlers } from './feed.js';

const lost = new CallFailed({ kind: 'outcome-unknown', reason: 'Connection dropped' });
const away = new EventStoreError('unavailable', 'EventStoreDB cannot be reached');
const denied = new EventStoreError('denied', 'no right');

describe('a subscription', () => {
  let drops: SubscriptionDrop[];
  let buffers: Set<EventBuffer>;
  let stop: AbortController;
  /** How the next verifications end; none left: well. */
  let verdicts: EventStoreError[];
  let verified: (Position | null)[];
  let feeds: FeedHandlers[];
  let onFeed: (handlers: FeedHandlers) => void;

  beforeEach(() => {
    [drops, verdicts, verified, feeds] = [[], [], [], []];
    buffers = new Set();
    stop = new AbortController();
    onFeed = () => {};
  });
  afterEach(() => stop.abort());

  const log = {
    verify: async (position: Position | null) => {
      verified.push(position);
      const verdict = verdicts.shift();
      if (verdict) throw verdict;
    },
    follow: (_: Position | null, handlers: FeedHandlers) => {
      feeds.push(handlers);
      setImmediate(() => onFeed(handlers));
      return { pause: () => {}, resume: () => {}, stop: () => {} };
    },
  };
  const read = () => {
    const batches = followAcrossDrops(log, null, stop.signal, {
      buffers,
      onDrop: (drop) => drops.push(drop),
    });
    const events: StoredEvent[] = [];
    const reading = (async () => {
      for await (const batch of batches) events.push(...batch);
    })();
    return { events, reading };
  };

  it('tells a drop once, however often it cannot resume', async () => {
    read();
    await until(() => feeds.length === 1);
    verdicts = Array.from({ length: 4 }, () => away);
    feeds[0]?.onConfirmed();
    feeds[0]?.onDrop(lost);
    await until(() => feeds.length === 2);

    expect(verified).toHaveLength(6);
    expect(drops).toEqual([
      { reason: 'Connection dropped', position: null, resumesInMilliseconds: expect.any(Number) },
    ]);
  });

  it('tells the next drop when events have come meanwhile', async () => {
    read();
    await until(() => feeds.length === 1);
    feeds[0]?.onDrop(lost);
    await until(() => feeds.length === 2);
    feeds[1]?.onEvent(eventAt(7n));
    feeds[1]?.onDrop(lost);
    await until(() => feeds.length === 3);

    expect(drops.map(({ position }) => position)).toEqual([null, 7n]);
    expect(verified).toEqual([null, null, 7n]);
  });

  it('tells that it is denied, also behind a drop', async () => {
    verdicts = [away, denied, denied];
    read();
    await until(() => feeds.length === 1);
    expect(drops.map(({ reason }) => reason)).toEqual([away.message, denied.message]);
  });

  it('does not hurry because a server confirms it each time before it drops it', async () => {
    onFeed = (handlers) => {
      handlers.onConfirmed();
      handlers.onDrop(lost);
    };
    read();
    await sleep(1_000);
    expect(feeds.length).toBeGreaterThan(2);
    expect(feeds.length).toBeLessThan(8);
    expect(drops).toHaveLength(1);
  });

  it('passes nothing twice that a feed repeats', async () => {
    const { events } = read();
    await until(() => feeds.length === 1);
    for (const position of [1n, 2n, 2n, 1n, 3n]) feeds[0]?.onEvent(eventAt(position));
    await until(() => events.length === 3);
    expect(events.map(({ position }) => position)).toEqual([1n, 2n, 3n]);
  });

  it('ends when the log does not know its position any more', async () => {
    verdicts = [new EventStoreError('position-unknown', 'No event stands at position 7.')];
    await expect(read().reading).rejects.toMatchObject({ code: 'position-unknown' });
    expect(drops).toEqual([]);
    expect(buffers.size).toBe(0);
  });
});

const eventAt = (position: Position): StoredEvent => ({
  id: crypto.randomUUID(),
  type: 'Submitted',
  data: '{}',
  metadata: '{}',
  stream: 'governedRequest-1',
  version: 0,
  position,
});
