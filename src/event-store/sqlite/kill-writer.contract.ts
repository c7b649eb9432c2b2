/** A process for `crash.spec.ts` to kill: writes to the store given as its argument until then, and prints what was acknowledged. */
import { randomUUID } from 'node:crypto';
import { newStream, sampleEvent } from '../contract/sample-log.contract.js';
import { NO_STREAM, type EventStore } from '../event-store.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

const WRITERS = 16;

async function writeOn(store: EventStore): Promise<void> {
  const stream = newStream();
  let version = NO_STREAM;
  for (;;) {
    const append = randomUUID();
    const size = 1 + Math.floor(Math.random() * 4);
    const data = JSON.stringify({ append, size });
    const events = Array.from({ length: size }, () => sampleEvent({ data }));
    ({ version } = await store.append(stream, version, events));
    process.stdout.write(`${append}\n`);
  }
}

const store = await openSqliteEventStore(process.argv[2] ?? '');
await Promise.all(Array.from({ length: WRITERS }, () => writeOn(store)));
