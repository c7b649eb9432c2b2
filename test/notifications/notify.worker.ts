/**
 * A process for `killed-notifier.spec.ts` to kill: records requests in the data directory given as its argument, and tells the endpoint of
 * the file beside it. Prints the id of each request once it is recorded, and `drained` when all of them were told.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { createNotifications, readTargets } from '../../src/notifications/create-notifications.js';
import { openSqliteQueue } from '../../src/notifications/queue/sqlite-queue-database.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { systemClock } from '../../src/runtime/clock.js';
import { createLogger } from '../../src/runtime/logger.js';
import { classified, executed, submitted } from '../support/views/sample-events.js';
import { append } from '../support/views/view-bench.js';

const [folder, count] = z.tuple([z.string(), z.coerce.number()]).parse(process.argv.slice(2));

const settings = {
  ...readConfiguration({}).webhooks,
  file: join(folder, 'webhooks.yaml'),
  allowPrivate: ['127.0.0.1'],
  publicUrl: 'http://127.0.0.1',
  // A machine that is busy must neither give anything up nor take for late what is about to be answered.
  schedule: Array<number>(20).fill(20),
  timeout: 1_500,
  abandonedAfter: 2_000,
  lookEvery: 20,
};

const store = await openSqliteEventStore(join(folder, 'events.db'));
const database = await openSqliteQueue(join(folder, 'webhooks.db'));
const log = createLogger('silent');
const adapters = { store, database, clock: systemClock, log };
const notifications = createNotifications(readTargets(settings, {}), settings, adapters);
await notifications.prepare();
notifications.start('http://127.0.0.1');

for (let written = 0; written < count; written += 1) {
  const id = randomUUID();
  await append(store, id, submitted(), classified(), executed());
  process.stdout.write(`${id}\n`);
  await sleep(5);
}

const isFed = async () => {
  const head = await store.head();
  const feed = await database.read((trx) =>
    trx.selectFrom('webhook_feed').select('position').executeTakeFirst(),
  );
  return feed?.position === head?.toString();
};
const isDrained = async () =>
  (await isFed()) && (await notifications.endpoints()).every(({ pending }) => pending === 0);

while (!(await isDrained())) await sleep(20);
await notifications.stop();
await notifications.close();
await store.close();
process.stdout.write('drained\n');
