import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamNameFilter } from '@eventstore/db-client';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { until } from '../support/eventstoredb/until.js';
import { newEvent, newEvents, newStream, RawClient } from './raw-client.js';
import { refusalOf, resetWithoutStatus } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

const unavailable = { class: 'UnavailableError', type: 'unavailable', code: 14 };

/** The client learns of a broken connection a moment later. */
const toNotice = () => sleep(100);

describe('a scripted EventStoreDB that goes away', () => {
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

  it('breaks every call at once when it is killed, and has written as many as it was told', async () => {
    const stream = newStream();
    const events = newEvents(4);
    await raw.fill(newStream(), 1);
    server.holdAppends();
    const refusals = Promise.all(
      events.map((event, at) => refusalOf(() => raw.append(`${stream}-${at}`, event, 'no_stream'))),
    );
    await until(() => server.heldAppends === 4);
    await server.stop({ committed: 3 });

    for (const refusal of await refusals) expect(refusal).toMatchObject(unavailable);
    expect(server.records.filter((record) => record.stream.startsWith(stream))).toHaveLength(3);
    await server.startAgain();
    await Promise.all(events.map((event, at) => raw.append(`${stream}-${at}`, event, 'no_stream')));
    expect(server.records.filter((record) => record.stream.startsWith(stream))).toHaveLength(4);
  });

  it('refuses connections while it is down, and takes the first call when it is back', async () => {
    const stream = newStream();
    await raw.fill(stream, 1);
    await server.stop();
    await toNotice();
    const down = {
      ...unavailable,
      message: expect.stringContaining(
        'No connection established. Last error: Error: connect ECONNREFUSED',
      ),
    };
    expect(await refusalOf(() => raw.append(stream, newEvent()))).toMatchObject(down);
    expect(await refusalOf(() => raw.revisionsIn(stream))).toMatchObject(down);
    const watched = new WatchedSubscription(raw.client.subscribeToAll());
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toMatchObject(down);

    await server.startAgain();
    expect(await raw.revisionsIn(stream)).toEqual([0n]);
  });

  it('breaks subscriptions with an error, not with an end', async () => {
    const watched = new WatchedSubscription(raw.client.subscribeToAll());
    await until(() => watched.isLive);
    await server.stop();
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toMatchObject(unavailable);
    expect(watched.heard).not.toContain('end');
  });

  it('knows after a restart what was written at a version, and not what was written at any', async () => {
    const stream = newStream();
    const events = await raw.fill(stream, 2);
    await server.stop();
    await server.startAgain();
    await toNotice();
    expect(await raw.append(stream, events, 'no_stream')).toMatchObject({
      nextExpectedRevision: 1n,
    });
    expect(await raw.append(stream, events, 'any')).toMatchObject({ nextExpectedRevision: 3n });
  });

  it('refuses new calls at once when it is asked to stop, and serves what runs for a while', async () => {
    const watched = new WatchedSubscription(
      raw.client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['orders-foreign'] }) }),
    );
    await until(() => watched.isLive);
    const stopping = server.stopGracefully(500);
    await sleep(100);
    expect(await refusalOf(() => raw.append(newStream(), newEvent()))).toMatchObject({
      ...unavailable,
      message: expect.stringContaining('ECONNREFUSED'),
    });
    server.writeForeign(1);
    await until(() => watched.events.length === 1);
    expect(watched.refusal).toBeUndefined();

    await stopping;
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toEqual(resetWithoutStatus);
    await server.startAgain();
    await raw.fill(newStream(), 1);
  });

  it('writes of the appends under way as many as it was told when its time to stop is over', async () => {
    await raw.fill(newStream(), 1);
    server.holdAppends();
    const appending = [newStream(), newStream()].map((stream) =>
      refusalOf(() => raw.append(stream, newEvent(), 'no_stream')),
    );
    await until(() => server.heldAppends === 2);
    const length = server.records.length;
    await server.stopGracefully(50, { committed: 1 });
    for (const refusal of await Promise.all(appending)) expect(refusal).toEqual(resetWithoutStatus);
    expect(server.records.slice(length).filter(({ type }) => type === 'Observed')).toHaveLength(1);
  });
});
