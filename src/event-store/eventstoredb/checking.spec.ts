import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { until } from '../../../test/support/eventstoredb/until.js';
import { newStream, sampleEvents, soon } from '../contract/sample-log.contract.js';
import type { EventStoreError } from '../event-store.errors.js';
import { NO_STREAM } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';
import type { EventStoreDb } from './retrying-event-store.js';

describe('asking an EventStoreDB whether it can be used', () => {
  let server: ScriptedEventStoreDb;
  let store: EventStoreDb;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
    store = await openEventStoreDb(server.connectionString);
  });
  afterEach(async () => {
    server.wire.speak();
    await store.close();
    await server.close();
  });

  it('is answered at once, also while all calls are taken by a server that hangs', async () => {
    server.holdAppends();
    const appending = Array.from({ length: 200 }, () =>
      store.append(newStream(), NO_STREAM, sampleEvents(1)),
    );
    await until(() => server.heldAppends === 48);
    expect(store.statistics).toMatchObject({ runningCalls: 48, waitingCalls: 152 });
    await soon(store.check(), 1_000);
    server.releaseAppends();
    await Promise.all(appending);
    expect(store.statistics).toMatchObject({ runningCalls: 0, waitingCalls: 0 });
  });

  it('takes no longer than two seconds where nothing answers', async () => {
    server.wire.silence();
    const start = performance.now();
    await expect(store.check()).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - start).toBeLessThan(2_500);
  });

  it('says at once that it cannot be reached, and what is denied', async () => {
    server.denyAccess();
    await expect(store.check()).rejects.toMatchObject({ code: 'denied' });
    await server.stop();
    await expect(soon(store.check(), 1_000)).rejects.toMatchObject({ code: 'unavailable' });
    await server.startAgain();
  });

  it('is refused by a closed store', async () => {
    await store.close();
    await expect(store.check()).rejects.toMatchObject({ code: 'closed' });
  });

  it('refuses calls that are too many, instead of taking all memory', async () => {
    server.holdAppends();
    const appending = Array.from({ length: 3_000 }, () =>
      store.append(newStream(), NO_STREAM, sampleEvents(1)).then(
        () => 'written',
        (error: EventStoreError) => error.code,
      ),
    );
    await until(() => server.heldAppends === 48);
    server.releaseAppends();
    const outcomes = await Promise.all(appending);
    expect(outcomes.filter((each) => each === 'written')).toHaveLength(1_024);
    expect(outcomes.filter((each) => each === 'unavailable')).toHaveLength(3_000 - 1_024);
  });
});
