/**
 * A process for `killed-notifier.spec.ts` to kill: records requests in the data directory given as its argument, and tells the endpoint of
 * the file beside it. Prints the id of each request once it is recorded, and ends when none is waiting to be told, or none will be. Dies
 * right before or behind its next commit to the queue once it reads `before` or `behind` on standard input.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { createNotifications, readTargets } from '../../src/notifications/create-notifications.js';
import type { QueueDatabase } from '../../src/notifications/queue/queue-database.js';
import { openSqliteQueue } from '../../src/notifications/queue/sqlite-queue-database.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { createLogger } from '../../src/runtime/logger.js';
import { classified, executed, submitted } from '../support/views/sample-events.js';
import { append } from '../support/views/view-bench.js';

/** Milliseconds after which what still waits is left for the spec to find. */
const PATIENCE = 60_000;

const [folder, count, ahead] = z
  .tuple([z.string(), z.coerce.number(), z.coerce.number()])
  .parse(process.argv.slice(2));

// Times as in production: tighter ones have a busy machine time out or take over what is about to be answered, and give it up.
const settings = {
  ...readConfiguration({}).webhooks,
  file: join(folder, 'webhooks.yaml'),
  allowPrivate: ['127.0.0.1'],
  publicUrl: 'http://127.0.0.1',
  schedule: Array<number>(20).fill(20),
  lookEvery: 20,
};

const die = (): void => void process.kill(process.pid, 'SIGKILL');

function dyingAtACommit(queue: QueueDatabase): QueueDatabase {
  let place = '';
  process.stdin.on('data', (text) => (place = String(text)));
  return {
    ...queue,
    async write(work) {
      const done = await queue.write(async (trx) => {
        const result = await work(trx);
        if (place === 'before') die();
        return result;
      });
      if (place === 'behind') die();
      return done;
    },
  };
}

const store = await openSqliteEventStore(join(folder, 'events.db'));
const database = dyingAtACommit(await openSqliteQueue(join(folder, 'webhooks.db')));
const log = createLogger('silent');
const clock = { now: () => new Date(Date.now() + ahead) };
const adapters = { store, database, clock, log };
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

const deadline = performance.now() + PATIENCE;
while (!(await isDrained()) && performance.now() < deadline) await sleep(20);
await notifications.stop();
await notifications.close();
await store.close();
