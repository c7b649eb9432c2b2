import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { streamNameFilter, type Position } from '@eventstore/db-client';
import { until } from '../support/eventstoredb/until.js';
import { all, idsOf, newEvent, newEvents, newStream, type RawClient } from './raw-client.js';
import { WatchedSubscription } from './watched-subscription.js';

/** Table C, second part: how far a filtered subscription says that it has searched. */
export function observeCheckpoints(raw: () => RawClient): void {
  describe('a filtered subscription', () => {
    const open: WatchedSubscription[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.stop()));
    });

    const watch = (
      fromPosition: Position | 'end',
      prefix: string,
      checkpointInterval = 1,
      maxSearchWindow = 32,
    ) => {
      const checkpoints: Position[] = [];
      const filter = streamNameFilter({
        prefixes: [prefix],
        checkpointInterval,
        maxSearchWindow,
        checkpointReached: (_, position) => void checkpoints.push(position),
      });
      const subscription = raw().client.subscribeToAll({ fromPosition, filter });
      const watched = Object.assign(new WatchedSubscription(subscription), { checkpoints });
      open.push(watched);
      return watched;
    };

    it('hears, catching up over what it does not want, of each search window but the last', async () => {
      const start = await write(newStream(), 1);
      await write(newStream(), 200);
      const watched = watch(start, 'nothing-');
      await until(() => watched.isLive);
      await sleep(100);
      const passed = (await all(raw().client.readAll({ fromPosition: start }))).length - 1;
      expect(watched.checkpoints.length).toBeGreaterThanOrEqual(200 / 32 - 1);
      expect(watched.checkpoints.length).toBeLessThanOrEqual(passed / 32);
      for (const { prepare } of watched.checkpoints) expect(prepare).toBe(0n);
      expect(watched.checkpoints).toEqual(inOrder(watched.checkpoints));
    });

    it('hears of the last event that it wanted in the window', async () => {
      const stream = newStream();
      const start = await write(newStream(), 1);
      await write(stream, 96);
      const watched = watch(start, stream);
      await until(() => watched.isLive);
      await sleep(100);
      const wanted = watched.events.map(({ event }) => event?.position);
      expect(watched.checkpoints.length).toBeGreaterThanOrEqual(2);
      for (const checkpoint of watched.checkpoints) expect(wanted).toContainEqual(checkpoint);
    });

    it.each([
      [2, 32],
      [1, 10],
    ])('hears after %p times %p events', async (interval, window) => {
      const start = await write(newStream(), 1);
      await write(newStream(), 200);
      const watched = watch(start, 'nothing-', interval, window);
      await until(() => watched.isLive);
      await sleep(100);
      const passed = (await all(raw().client.readAll({ fromPosition: start }))).length - 1;
      const expected = interval * window;
      expect(watched.checkpoints.length).toBeGreaterThanOrEqual(Math.floor(200 / expected) - 1);
      expect(watched.checkpoints.length).toBeLessThanOrEqual(passed / expected);
    });

    it('misses nothing and is sent nothing twice from any checkpoint', async () => {
      const stream = newStream();
      const start = await write(newStream(), 1);
      const events = newEvents(20);
      for (const event of events) {
        await raw().append(stream, event);
        await write(newStream(), 9);
      }
      const first = watch(start, stream, 1, 10);
      await until(() => first.isLive);
      await sleep(100);
      expect(first.checkpoints.length).toBeGreaterThan(10);
      for (const checkpoint of first.checkpoints) {
        const rest = watch(checkpoint, stream);
        await until(() => rest.isLive);
        const passed = first.events.filter(
          ({ event }) => (event?.position?.commit ?? 0n) <= checkpoint.commit,
        );
        expect(rest.ids).toEqual(idsOf(events).slice(passed.length));
      }
    });

    it('hears, live, after as many events as lie between two checkpoints', async () => {
      const watched = watch('end', 'nothing-');
      await until(() => watched.isLive);
      await write(newStream(), 200);
      await until(() => watched.checkpoints.length >= 6);
      for (const { commit, prepare } of watched.checkpoints) expect(prepare).toBe(commit);
    });

    it('hears, live, of each event when it asks for it', async () => {
      const stream = newStream();
      const watched = watch('end', stream, 1, 1);
      await until(() => watched.isLive);
      await write(stream, 3);
      await until(() => watched.events.length === 3);
      await sleep(100);
      const wanted = watched.events.map(({ event }) => event?.position);
      expect(watched.checkpoints).toEqual(expect.arrayContaining(wanted));
    });
  });

  /** Writes so many events and says where the last one stands. */
  async function write(stream: string, count: number): Promise<Position> {
    const events = count === 1 ? newEvent() : newEvents(count);
    const { position } = await raw().append(stream, events);
    if (position === undefined) throw new Error('It was not written.');
    return position;
  }
}

const inOrder = (positions: readonly Position[]): Position[] =>
  positions.toSorted((one, other) => (one.commit < other.commit ? -1 : 1));
