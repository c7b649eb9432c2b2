import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { streamNameFilter, type Position } from '@eventstore/db-client';
import { until } from '../support/eventstoredb/until.js';
import { eventOfSize, idsOf, newStream, type RawClient } from './raw-client.js';
import { tooSlow } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

const MILLISECONDS_PER_EVENT = 10;

/** Table C, last part, and what ends a process in table 0: subscribers that cannot follow. */
export function observeSlowSubscribers(raw: () => RawClient): void {
  describe('a subscriber that takes 10 ms for an event', () => {
    const watch = (stream: string, fromPosition: Position | 'end') =>
      new WatchedSubscription(
        raw().client.subscribeToAll({
          fromPosition,
          filter: streamNameFilter({ prefixes: [stream] }),
        }),
        MILLISECONDS_PER_EVENT,
      );

    it.each([
      [1_500, 100],
      [400, 5_000],
    ])('is dropped, live, by %p events of %p bytes', async (count, bytes) => {
      const stream = newStream();
      const watched = watch(stream, 'end');
      await until(() => watched.isLive);
      const events = Array.from({ length: count }, () => eventOfSize(bytes));
      for (const half of [events.slice(0, count / 2), events.slice(count / 2)]) {
        await raw().append(stream, half);
      }
      await until(() => watched.refusal !== undefined, 15_000);
      expect(watched.refusal).toEqual(tooSlow);
      const received = watched.ids;
      expect(received).toEqual(idsOf(events).slice(0, received.length));
      expect(received.length).toBeLessThan(count);
    });

    it('survives, live, 60 events of 100 bytes', async () => {
      const stream = newStream();
      const watched = watch(stream, 'end');
      await until(() => watched.isLive);
      const events = Array.from({ length: 60 }, () => eventOfSize(100));
      await raw().append(stream, events);
      await until(() => watched.events.length === 60, 15_000);
      expect(watched.ids).toEqual(idsOf(events));
      expect(watched.refusal).toBeUndefined();
      await watched.stop();
    });

    it('is waited for while it catches up', async () => {
      const stream = newStream();
      const { position } = await raw().append(stream, eventOfSize(100));
      if (position === undefined) throw new Error('It was not written.');
      const events = Array.from({ length: 1_500 }, () => eventOfSize(100));
      await raw().append(stream, events);
      const watched = watch(stream, position);
      await sleep(1_500);
      expect(watched.refusal).toBeUndefined();
      expect(watched.events.length).toBeGreaterThan(50);
      expect(watched.ids).toEqual(idsOf(events).slice(0, watched.events.length));
      await watched.stop();
    });
  });
}
