import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { watchStore } from '../../test/support/watched-store.js';
import { createInMemoryEventStore } from '../event-store/in-memory/in-memory-event-store.js';
import { systemClock } from '../runtime/clock.js';
import { readConfiguration } from '../runtime/configuration.js';
import { createNotifications, readTargets } from './create-notifications.js';
import type { QueueDatabase } from './queue/queue-database.js';

describe('Notifications without endpoints', () => {
  it('follow no log, and neither read nor write a queue', async () => {
    const settings = readConfiguration({}).webhooks;
    const store = watchStore(createInMemoryEventStore());
    let asked = 0;
    let closed = 0;
    const touched = (): Promise<never> => {
      asked += 1;
      return Promise.reject(new Error('Nobody is to be told.'));
    };
    const database: QueueDatabase = {
      prepare: touched,
      read: touched,
      write: touched,
      flush: touched,
      close: async () => void (closed += 1),
    };
    let logged = '';
    const log = pino({ level: 'trace' }, { write: (line) => void (logged += line) });
    const adapters = { store, database, clock: systemClock, log };
    const notifications = createNotifications(readTargets(settings, {}), settings, adapters);
    await notifications.prepare();
    notifications.start('http://127.0.0.1');
    await new Promise(setImmediate);
    const touches = [asked, store.reads, store.subscriptions, notifications.tallies.length];
    expect(touches).toEqual([0, 0, 0, 0]);
    await notifications.stop();
    await notifications.close();
    expect([closed, logged]).toEqual([1, '']);
    await store.close();
  });
});
