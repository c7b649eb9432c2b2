import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamNameFilter } from '@eventstore/db-client';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { until } from '../support/eventstoredb/until.js';
import {
  all,
  credentials,
  idsOf,
  newEvent,
  newEvents,
  newStream,
  RawClient,
} from './raw-client.js';
import { accessDenied, notReady, refusalOf, tooSlow } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

describe('a scripted EventStoreDB that fails', () => {
  let server: ScriptedEventStoreDb;
  let raw: RawClient;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
    raw = new RawClient(server.connectionString);
  });
  afterEach(async () => {
    await raw.close();
    await server.close();
  });

  const appendInTime = (stream: string) =>
    raw.client.appendToStream(stream, newEvent(), { credentials, deadline: 300 });
  const late = { class: 'DeadlineExceededError', type: 'deadline-exceeded', code: 4 };

  it('answers nothing while it is silent, and goes on where it was', async () => {
    const stream = newStream();
    await raw.fill(stream, 1);
    const watched = new WatchedSubscription(raw.client.subscribeToStream(stream));
    await until(() => watched.isLive);
    server.wire.silence();
    expect(await refusalOf(() => appendInTime(newStream()))).toMatchObject(late);
    const reading = raw.revisionsIn(stream);
    await sleep(100);
    expect(await Promise.race([reading, Promise.resolve('silence')])).toBe('silence');
    server.wire.speak();
    expect(await reading).toEqual([0n]);
    await raw.append(stream, newEvent());
    await until(() => watched.events.length === 2);
    expect(watched.refusal).toBeUndefined();
  });

  it('takes a connection and says nothing, also to a client that comes new', async () => {
    server.wire.silence();
    expect(await refusalOf(() => appendInTime(newStream()))).toMatchObject({
      ...late,
      message: expect.stringContaining('Waiting for LB pick'),
    });
    server.wire.speak();
    await raw.fill(newStream(), 1);
  });

  it('answers late over a slow wire', async () => {
    await raw.fill(newStream(), 1);
    server.wire.slowDown(100);
    const start = performance.now();
    await raw.fill(newStream(), 1);
    expect(performance.now() - start).toBeGreaterThan(190);
  });

  it('is not ready for anybody', async () => {
    const stream = newStream();
    await raw.fill(stream, 1);
    server.setReady(false);
    expect(await refusalOf(() => raw.append(stream, newEvent()))).toEqual(notReady);
    expect(await refusalOf(() => raw.revisionsIn(stream))).toEqual(notReady);
    const watched = new WatchedSubscription(raw.client.subscribeToAll());
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toEqual(notReady);
    server.setReady(true);
    expect(await raw.revisionsIn(stream)).toEqual([0n]);
  });

  it('sends the next call to the leader', async () => {
    server.redirectNextCall();
    const error: unknown = await raw
      .append(newStream(), newEvent())
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      type: 'not-leader',
      code: 5,
      message: '5 NOT_FOUND: Leader info available',
      leader: { address: '127.0.0.1', port: server.port },
    });
    await raw.fill(newStream(), 1);
  });

  it('denies access as long as it is told to', async () => {
    server.denyAccess();
    expect(await refusalOf(() => raw.append(newStream(), newEvent()))).toEqual(accessDenied);
    expect(await refusalOf(() => all(raw.client.readAll()))).toEqual(accessDenied);
    server.denyAccess(false);
    await raw.fill(newStream(), 1);
  });

  it('drops its subscribers as too slow', async () => {
    const watched = new WatchedSubscription(raw.client.subscribeToAll());
    await until(() => watched.isLive);
    server.dropSubscribers();
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toEqual(tooSlow);
    expect(watched.heard).not.toContain('end');
  });

  it.each(['cut-after-write', 'no-answer-after-write'] as const)(
    'has written what it does not answer (%s)',
    async (fault) => {
      const stream = newStream();
      await raw.fill(newStream(), 1);
      server.failAppends(fault);
      await refusalOf(() => appendInTime(stream));
      expect(await raw.revisionsIn(stream)).toEqual([0n]);
    },
  );

  it('writes held appends in the order in which they came, but not what was given up', async () => {
    const stream = newStream();
    await raw.fill(newStream(), 1);
    server.holdAppends();
    await refusalOf(() => appendInTime(stream));
    await until(() => server.heldAppends === 1);
    const events = newEvents(3);
    const appending = [];
    for (const event of events) {
      appending.push(raw.append(stream, event, 'any'));
      await until(() => server.heldAppends === 1 + appending.length);
    }
    server.releaseAppends();
    await Promise.all(appending);
    expect(await raw.idsIn(stream)).toEqual(idsOf(events));
  });

  it('shows half an append at the head of the whole log, and none in its stream', async () => {
    const stream = newStream();
    const filter = streamNameFilter({ prefixes: [stream] });
    const watched = new WatchedSubscription(raw.client.subscribeToAll({ filter }));
    await until(() => watched.isLive);
    server.splitNextAppend(2);
    const events = newEvents(5);
    const appending = raw.append(stream, events, 'no_stream');
    await until(() => watched.events.length === 2);
    const next = raw.append(stream, newEvent(), 4n);

    const seen = async () =>
      (await all(raw.client.readAll()))
        .filter(({ event }) => event?.streamId === stream)
        .map(({ event }) => event?.id);
    expect(await seen()).toEqual(idsOf(events.slice(0, 2)));
    await expect(raw.revisionsIn(stream)).rejects.toThrow('not found');

    server.releaseAppends();
    expect(await appending).toMatchObject({ nextExpectedRevision: 4n });
    expect(await next).toMatchObject({ nextExpectedRevision: 5n });
    expect((await seen()).slice(0, 5)).toEqual(idsOf(events));
    await until(() => watched.events.length === 6);
    expect(watched.ids.slice(0, 5)).toEqual(idsOf(events));
  });

  it('writes ids again that it has forgotten', async () => {
    const stream = newStream();
    const events = await raw.fill(stream, 1);
    server.forgetIds();
    expect(await raw.append(stream, events, 'any')).toMatchObject({ nextExpectedRevision: 1n });
  });

  it('does not know the positions that it had before it was set back', async () => {
    const stream = newStream();
    await raw.fill(stream, 1);
    const length = server.records.length;
    await raw.fill(newStream(), 1);
    await raw.append(stream, newEvent());
    server.setBack(length);
    expect(await raw.revisionsIn(stream)).toEqual([0n]);
    expect(await raw.append(stream, newEvent(), 0n)).toMatchObject({ nextExpectedRevision: 1n });
  });
});
