import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { until } from '../../../test/support/eventstoredb/until.js';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { VersionConflict } from '../event-store.errors.js';
import { NO_STREAM, type EventStore } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

describe('appending to an EventStoreDB that fails', () => {
  let server: ScriptedEventStoreDb;
  let store: EventStore;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
    store = await openEventStoreDb(server.connectionString, {
      callMilliseconds: 400,
      retryMilliseconds: 1_500,
    });
  });
  afterEach(async () => {
    await store.close();
    await server.close();
  });

  const recordsOf = (stream: string) => server.records.filter((each) => each.stream === stream);

  it.each(['cut-after-write', 'no-answer-after-write'] as const)(
    'writes once when the answer is lost behind the write (%s)',
    async (fault) => {
      const stream = newStream();
      server.failAppends(fault, 2);
      const appended = await store.append(stream, NO_STREAM, sampleEvents(2));

      expect(server.appendCalls).toBe(3);
      expect(recordsOf(stream)).toHaveLength(2);
      expect(appended).toEqual({ version: 1, position: recordsOf(stream)[1]?.position });
    },
  );

  it.each(['no-answer', 'not-ready'] as const)(
    'writes once when the first try did not reach the log (%s)',
    async (fault) => {
      const stream = newStream();
      server.failAppends(fault);
      expect((await store.append(stream, NO_STREAM, sampleEvents(1))).version).toBe(0);
      expect(recordsOf(stream)).toHaveLength(1);
    },
  );

  it('answers a repetition as written although the stream has moved on meanwhile', async () => {
    const stream = newStream();
    const other = await openEventStoreDb(server.connectionString);
    server.failAppends('no-answer-after-write');
    const appending = store.append(stream, NO_STREAM, sampleEvents(2));
    await sleep(100);
    await other.append(stream, 1, sampleEvents(1));

    expect((await appending).version).toBe(1);
    expect(recordsOf(stream)).toHaveLength(3);
    await other.close();
  });

  it('reports the conflict when another writer came first between two tries', async () => {
    const stream = newStream();
    const other = await openEventStoreDb(server.connectionString);
    server.failAppends('no-answer');
    const appending = store.append(stream, NO_STREAM, sampleEvents(2));
    await sleep(100);
    await other.append(stream, NO_STREAM, sampleEvents(1));

    await expect(appending).rejects.toEqual(new VersionConflict(stream, NO_STREAM, 0));
    expect(recordsOf(stream)).toHaveLength(1);
    await other.close();
  });

  it('loses and doubles nothing when the connection breaks under 50 appends', async () => {
    const streams = Array.from({ length: 50 }, newStream);
    const patience = { callMilliseconds: 2_000, retryMilliseconds: 10_000 };
    const patient = await openEventStoreDb(server.connectionString, patience);
    server.wire.slowDown(20);
    const appending = streams.map((stream) => patient.append(stream, NO_STREAM, sampleEvents(2)));
    for (const calls of [10, 40, 70]) {
      await until(() => server.appendCalls >= calls, 10_000);
      server.wire.cut();
    }
    server.wire.slowDown(0);

    const versions = (await Promise.all(appending)).map(({ version }) => version);
    expect(versions).toEqual(streams.map(() => 1));
    expect(server.appendCalls).toBeGreaterThan(50);
    for (const stream of streams) expect(recordsOf(stream)).toHaveLength(2);
    await patient.close();
  });

  it('says that the outcome is unknown, in time, when the server falls silent', async () => {
    server.wire.silence();
    const start = performance.now();
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
    expect(performance.now() - start).toBeLessThan(4_000);
    server.wire.speak();
    expect((await store.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
  });

  it('says that the server is unavailable when nothing was ever sent', async () => {
    await server.stop();
    await sleep(50);
    const stream = newStream();
    await expect(store.append(stream, NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(server.appendCalls).toBe(0);
    await server.startAgain();
  });

  it('says that the server is unavailable when the new connection never came about', async () => {
    server.wire.silence();
    server.wire.cut();
    await sleep(50);
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'unavailable',
    });
    server.wire.speak();
    expect(server.appendCalls).toBe(0);
  });

  it('goes on when the server comes back in time', async () => {
    const stream = newStream();
    const events = sampleEvents(1);
    const first = await store.append(stream, NO_STREAM, events);
    await server.stop();
    const [repeated, next] = [
      store.append(stream, NO_STREAM, events),
      store.append(stream, 0, sampleEvents(1)),
    ];
    await sleep(300);
    await server.startAgain();

    expect(await repeated).toEqual(first);
    expect((await next).version).toBe(1);
    expect(await store.readStream(stream)).toHaveLength(2);
  });

  it('follows the server to the leader', async () => {
    server.redirectNextCall();
    expect((await store.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(server.appendCalls).toBe(2);
  });

  it('does not repeat what was denied', async () => {
    server.denyAccess();
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'denied',
    });
    expect(server.appendCalls).toBe(1);
  });

  it('leaves the outcome open when a try is denied behind one without an answer', async () => {
    server.failAppends('no-answer-after-write');
    const appending = store.append(newStream(), NO_STREAM, sampleEvents(1));
    await sleep(100);
    server.denyAccess();
    await expect(appending).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('is denied for a stream that was deleted for ever', async () => {
    const stream = newStream();
    await store.append(stream, NO_STREAM, sampleEvents(1));
    server.tombstoneStream(stream);
    const denied = { code: 'denied' };
    await expect(store.append(stream, 0, sampleEvents(1))).rejects.toMatchObject(denied);
    await expect(store.readStream(stream)).rejects.toMatchObject(denied);
  });

  it('finishes the tries that were under way when the store closes', async () => {
    const stream = newStream();
    server.failAppends('cut-after-write');
    const appending = store.append(stream, NO_STREAM, sampleEvents(1));
    await store.close();
    expect((await appending).version).toBe(0);
  });

  it('gives up a read in time and says so', async () => {
    server.wire.silence();
    await expect(store.readStream(newStream())).rejects.toMatchObject({ code: 'unavailable' });
    server.wire.speak();
    expect(await store.readStream(newStream())).toEqual([]);
  });

  it('never takes the part of a read that came before a break for the whole', async () => {
    const stream = newStream();
    for (let version = NO_STREAM; version < 399; version += 200) {
      await store.append(stream, version, sampleEvents(200));
    }
    const patient = await openEventStoreDb(server.connectionString);
    const reading = Array.from({ length: 8 }, () => patient.readStream(stream));
    await sleep(5);
    server.wire.cut();
    for (const events of await Promise.all(reading)) expect(events).toHaveLength(400);
    await patient.close();
  });
});
