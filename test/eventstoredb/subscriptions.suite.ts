import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  eventTypeFilter,
  streamNameFilter,
  type Position,
  type SubscribeToAllOptions,
  type SubscribeToStreamOptions,
} from '@eventstore/db-client';
import { until } from '../support/eventstoredb/until.js';
import { idsOf, newEvent, newEvents, newStream, type RawClient } from './raw-client.js';
import { handlerFailed, streamDeleted } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

/** Table C, first part: what a subscriber is sent. The log may be shared with others who write meanwhile. */
export function observeSubscriptions(raw: () => RawClient): void {
  describe('a subscription', () => {
    const open: WatchedSubscription[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.stop()));
    });

    const toAll = (options: SubscribeToAllOptions) => {
      const watched = new WatchedSubscription(raw().client.subscribeToAll(options));
      open.push(watched);
      return watched;
    };
    const toStream = (stream: string, options: SubscribeToStreamOptions = {}) => {
      const watched = new WatchedSubscription(raw().client.subscribeToStream(stream, options));
      open.push(watched);
      return watched;
    };
    const only = (stream: string) => streamNameFilter({ prefixes: [stream] });

    it('is confirmed, sent what is stored, told so once, and sent what comes', async () => {
      const stream = newStream();
      const position = await markIn(stream);
      const stored = newEvents(2);
      await raw().append(stream, stored, 0n);
      const watched = toAll({ fromPosition: position, filter: only(stream) });
      await until(() => watched.isLive);
      const coming = newEvents(2);
      await raw().append(stream, coming, 2n);
      await until(() => watched.events.length === 4);
      expect(watched.ids).toEqual(idsOf([...stored, ...coming]));
      expect(watched.heard).toEqual([
        'confirmation',
        'event',
        'event',
        'caughtUp',
        'event',
        'event',
      ]);
    });

    it('is live at once from the end', async () => {
      const stream = newStream();
      await raw().fill(stream, 2);
      const watched = toAll({ fromPosition: 'end', filter: only(stream) });
      await until(() => watched.isLive);
      const [event] = newEvents(1);
      await raw().append(stream, event ?? [], 1n);
      await until(() => watched.events.length > 0);
      expect(watched.ids).toEqual([event?.id]);
      expect(watched.heard).toEqual(['confirmation', 'caughtUp', 'event']);
    });

    it('fails in the server one byte off an event', async () => {
      const position = await markIn(newStream());
      const off = { commit: position.commit - 1n, prepare: position.prepare - 1n };
      const watched = toAll({ fromPosition: off });
      await until(() => watched.refusal !== undefined);
      expect(watched.refusal).toEqual(handlerFailed);
    });

    it('is taken beyond the end, and sent what comes although it stands before that', async () => {
      const stream = newStream();
      const far = { commit: 2n ** 60n, prepare: 2n ** 60n };
      const watched = toAll({ fromPosition: far, filter: only(stream) });
      await until(() => watched.isLive);
      const events = await raw().fill(stream, 2);
      await until(() => watched.events.length === 2);
      expect(watched.ids).toEqual(idsOf(events));
    });

    it('is sent what its filter names, by the stream or the type, by prefix or pattern', async () => {
      const stream = newStream();
      const type = `Type-${stream}`;
      const fromPosition = await markIn(stream);
      const filters = [
        only(stream),
        streamNameFilter({ regex: `^${stream}$` }),
        eventTypeFilter({ prefixes: ['nothing', type] }),
        eventTypeFilter({ regex: `^${type}` }),
      ];
      const none = toAll({ fromPosition, filter: streamNameFilter({ prefixes: [] }) });
      const watched = filters.map((filter) => toAll({ fromPosition, filter }));
      await raw().append(`x${stream}`, newEvent());
      const event = { ...newEvent(), type };
      await raw().append(stream, event);
      await until(() => watched.every(({ events }) => events.length > 0) && none.isLive);
      for (const { ids } of watched) expect(ids).toEqual([event.id]);
      expect(none.events).toEqual([]);
    });

    it('fails in the server when its filter is no pattern', async () => {
      const watched = toAll({ filter: streamNameFilter({ regex: '(' }) });
      await until(() => watched.refusal !== undefined);
      expect(watched.refusal).toEqual(handlerFailed);
    });

    it('ends without an error when its reader leaves', async () => {
      const watched = toAll({ fromPosition: 'end' });
      await until(() => watched.isLive);
      await watched.stop();
      await until(() => watched.heard.includes('close'));
      expect(watched.heard.filter((each) => each !== 'event').slice(-2)).toEqual(['end', 'close']);
      expect(watched.refusal).toBeUndefined();
    });

    it('of one stream begins behind the revision that it names', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 4);
      const watched = toStream(stream, { fromRevision: 1n });
      await until(() => watched.isLive);
      expect(watched.ids).toEqual(idsOf(events.slice(2)));
    });

    it('of a missing stream has caught up only with its first event', async () => {
      const stream = newStream();
      const watched = toStream(stream);
      await sleep(300);
      expect(watched.heard).toEqual(['confirmation']);
      await raw().fill(stream, 1);
      await until(() => watched.isLive);
      expect(watched.heard).toEqual(['confirmation', 'event', 'caughtUp']);
    });

    it('of one stream fails when that is deleted for ever', async () => {
      const stream = newStream();
      await raw().fill(stream, 1);
      const watched = toStream(stream);
      await until(() => watched.isLive);
      await raw().tombstone(stream);
      await until(() => watched.refusal !== undefined);
      expect(watched.refusal).toEqual(streamDeleted(stream));
    });
  });

  /** Writes one event and says where it stands. */
  async function markIn(stream: string): Promise<Position> {
    const { position } = await raw().append(stream, newEvent(), 'no_stream');
    if (position === undefined) throw new Error('It was not written.');
    return position;
  }
}
