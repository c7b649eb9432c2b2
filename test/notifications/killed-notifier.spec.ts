import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readLog } from '../../src/event-store/contract/sample-log.contract.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { STREAM_PREFIX } from '../../src/governed-request/governed-request.codec.js';
import { openSqliteQueue } from '../../src/notifications/queue/sqlite-queue-database.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { END_WITH_US } from '../support/docket/end-with-us.js';
import { LOAD_TYPESCRIPT } from '../support/load-typescript.js';
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';

/** Deliveries that one endpoint has under way at the most: so many may be doubled by one kill. */
const UNDER_WAY = 8;
/** Things that each process tells before it is killed. */
const TOLD = 10;
/** Each process begins when what the one before it had under way is taken for abandoned. */
const NEXT_LIFE = readConfiguration({}).webhooks.abandonedAfter + 1_000;

interface Death {
  /** Webhooks that have arrived, and are not answered, by then. */
  readonly unanswered: number;
  /** Of which commit to the queue: with all that may be under way unanswered, the next one is the feed's. */
  readonly place: 'anywhere' | 'before' | 'behind';
}

const DEATHS: readonly Death[] = [
  { unanswered: 1, place: 'anywhere' },
  { unanswered: UNDER_WAY, place: 'before' },
  { unanswered: UNDER_WAY, place: 'behind' },
];

/** Where something is that was recorded and not told. */
type Untold = 'dead letter' | 'waiting' | 'nowhere';

describe('A process that is killed while it tells', () => {
  let folder: DataFolder;
  let receiver: WebhookReceiver;
  let ahead = 0;
  /** Requests of which the process said that they are recorded. */
  const acknowledged: string[] = [];
  /** Requests of which the log says so. */
  let recorded: readonly string[];
  /** Requests of which the receiver has confirmed that it knows. */
  const told = new Set<unknown>();
  /** Webhooks that had arrived, and were not answered, when the process was killed. */
  const unanswered: string[] = [];
  let untold: ReadonlyMap<string, Untold>;

  beforeAll(async () => {
    folder = await makeDataFolder();
    receiver = await startWebhookReceiver({ ahead: () => ahead });
    await webhookSettings(folder, [endpointAt(receiver)]);
    for (const death of DEATHS) {
      await run(10_000, death);
      ahead += NEXT_LIFE;
    }
    await run(5);
    recorded = await requestsInLog();
    untold = await whereIs(recorded.filter((request) => !told.has(request)));
  }, 240_000);
  afterAll(async () => {
    await receiver.close();
    await folder.remove();
  });

  /** Runs the process until it has told what it can, or dies. */
  async function run(count: number, death?: Death): Promise<void> {
    const script = join(import.meta.dirname, 'notify.worker.ts');
    const args = [...END_WITH_US, ...LOAD_TYPESCRIPT, script, folder.path, `${count}`, `${ahead}`];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    answer(death, (place) => {
      if (place === 'anywhere') child.kill('SIGKILL');
      else child.stdin.write(place);
    });
    for await (const line of createInterface({ input: child.stdout })) acknowledged.push(line);
    expect(await exited).toEqual(death ? [null, 'SIGKILL'] : [0, null]);
  }

  /** Confirms webhooks; before a death only so many, and then leaves them without an answer. */
  function answer(death: Death | undefined, die: (place: Death['place']) => void): void {
    const enough = death ? told.size + TOLD : Infinity;
    let left = 0;
    receiver.otherwise((response) => {
      const { id, data } = receiver.received.at(-1)!;
      if (!death || told.size < enough) {
        told.add(data['requestId']);
        return void response.writeHead(204).end();
      }
      unanswered.push(id);
      left += 1;
      if (left === death.unanswered) die(death.place);
    });
  }

  async function requestsInLog(): Promise<readonly string[]> {
    const store = await openSqliteEventStore(join(folder.path, 'events.db'));
    try {
      const executed = (await readLog(store, null)).filter(({ type }) => type === 'Executed');
      return executed.map(({ stream }) => stream.slice(STREAM_PREFIX.length));
    } finally {
      await store.close();
    }
  }

  async function whereIs(requests: readonly string[]): Promise<ReadonlyMap<string, Untold>> {
    const queue = await openSqliteQueue(join(folder.path, 'webhooks.db'));
    try {
      const rows = await queue.read((trx) =>
        trx.selectFrom('webhook_delivery').select(['request_id', 'dead_at']).execute(),
      );
      const places = new Map<string, Untold>(
        rows.map((row) => [row.request_id, row.dead_at === null ? 'waiting' : 'dead letter']),
      );
      return new Map(requests.map((request) => [request, places.get(request) ?? 'nowhere']));
    } finally {
      await queue.close();
    }
  }

  const untoldAs = (place: Untold) => [...untold].filter(([, where]) => where === place);

  it('loses nothing that is recorded: it is told, or a dead letter', () => {
    expect(recorded).toEqual(expect.arrayContaining(acknowledged));
    expect(untoldAs('nowhere')).toEqual([]);
    expect(untoldAs('waiting')).toEqual([]);
  });

  it('gives nothing up because of that', () => {
    expect(untoldAs('dead letter')).toEqual([]);
  });

  it('tells again what had arrived and was not answered', () => {
    expect(new Set(unanswered).size).toBeGreaterThanOrEqual(UNDER_WAY);
    for (const id of unanswered) {
      expect(receiver.received.filter((webhook) => webhook.id === id).length).toBeGreaterThan(1);
    }
  });

  it('tells of one thing under one id, and doubles no more than was under way', () => {
    const ids = new Set(receiver.received.map(({ id }) => id));
    const requests = new Set(receiver.received.map(({ data }) => data['requestId']));
    expect(ids.size).toBe(requests.size);
    expect(receiver.forged).toBe(0);
    const doubles = receiver.received.length - ids.size;
    expect(doubles).toBeLessThanOrEqual(DEATHS.length * UNDER_WAY);
  });
});
