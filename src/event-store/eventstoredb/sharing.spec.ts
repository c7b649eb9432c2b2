import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { idsOf, newStream, sampleEvent, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

describe('an EventStoreDB that other applications share', () => {
  let server: ScriptedEventStoreDb;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
  });
  afterEach(() => server.close());

  it('shows only the streams of this service', async () => {
    const store = await openEventStoreDb(server.connectionString);
    expect(await store.head()).toBeNull();
    expect(await store.readAll(null, 10)).toEqual([]);

    server.writeForeign(1_500);
    const first = await store.append(newStream(), NO_STREAM, sampleEvents(1));
    server.writeForeign(1_500);
    expect(await store.head()).toBe(first.position);
    const last = await store.append(newStream(), NO_STREAM, sampleEvents(1));
    server.writeForeign(10);

    expect(await store.head()).toBe(last.position);
    const log = await store.readAll(null, 10);
    expect(log.map(({ position }) => position)).toEqual([first.position, last.position]);
    expect(await store.readAll(null, 1)).toEqual(log.slice(0, 1));
    expect(await store.readAll(first.position, 1)).toEqual(log.slice(1));
    await store.close();
  });

  it('takes the position of a foreign event for unknown', async () => {
    const store = await openEventStoreDb(server.connectionString);
    server.writeForeign(1);
    const foreign = server.records.at(-1)?.position ?? null;
    await expect(store.readAll(foreign, 1)).rejects.toMatchObject({ code: 'position-unknown' });
    await store.close();
  });

  it('shows the streams it is told to show', async () => {
    const store = await openEventStoreDb(server.connectionString, { streamPrefixes: ['audit-'] });
    const events = sampleEvents(2);
    await store.append(newStream(), NO_STREAM, sampleEvents(1));
    await store.append('audit-1', NO_STREAM, events);
    expect(idsOf(await store.readAll(null, 10))).toEqual(idsOf(events));
    await store.close();
  });

  it('refuses JSON text that the client would write in another way', async () => {
    const store = await openEventStoreDb(server.connectionString);
    for (const data of ['{"a": 1}', '{"b":1,"1":2}', '{"a":1,"a":2}', '1.0', '"\\u0041"']) {
      await expect(
        store.append(newStream(), NO_STREAM, [sampleEvent({ data })]),
      ).rejects.toMatchObject({ code: 'invalid' });
    }
    await store.close();
  });
});
