import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { exportEvents } from './export-events.js';

describe('An export of events', () => {
  it.each(['governedRequest-1', 'access-2026-11-22'])(
    'over a long log of %s gives others a turn behind each page',
    async (stream) => {
      const log = createInMemoryEventStore();
      const event = { type: 'Submitted', data: '{}', metadata: '{}' };
      const events = Array.from({ length: 3_000 }, () => ({ ...event, id: randomUUID() }));
      await log.append(stream, -1, events);
      const inOneTurn = { reads: 0, most: 0 };
      const store: EventStore = {
        ...log,
        readAll(after, limit) {
          inOneTurn.reads += 1;
          inOneTurn.most = Math.max(inOneTurn.most, inOneTurn.reads);
          setImmediate(() => (inOneTurn.reads = 0));
          return log.readAll(after, limit);
        },
      };
      const rows = exportEvents(store, { format: 'jsonl', after: null, withoutContent: false });
      for await (const piece of rows) expect(piece).not.toBe('');
      expect(inOneTurn.most).toBe(1);
    },
  );
});
