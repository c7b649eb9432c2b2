import { describe, expect, it } from '@jest/globals';
import { describeEventStore } from '../event-store.contract.js';
import { createInMemoryEventStore } from './in-memory-event-store.js';
import { InMemoryLog } from './in-memory-log.js';

describeEventStore('The in-memory store', async () => {
  const log = new InMemoryLog();
  return {
    open: async () => createInMemoryEventStore(log),
    release: async () => {},
  };
});

describe('a fresh in-memory store', () => {
  it('has no head and nothing to read', async () => {
    const store = createInMemoryEventStore();
    expect(await store.head()).toBeNull();
    expect(await store.readAll(null, 10)).toEqual([]);
    await expect(store.readAll(0n, 10)).rejects.toMatchObject({ code: 'position-unknown' });
  });
});
