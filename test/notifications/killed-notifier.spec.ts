import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { END_WITH_US } from '../support/docket/end-with-us.js';
import { LOAD_TYPESCRIPT } from '../support/load-typescript.js';
import { hang } from '../support/openclaw-stub.js';
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';

const KILLS = 3;
/** Deliveries that one endpoint has under way at the most: so many may be doubled by one kill. */
const UNDER_WAY = 8;

describe('A process that is killed while it tells', () => {
  let folder: DataFolder;
  let receiver: WebhookReceiver;
  /** Requests of which the process said that they are recorded. */
  const recorded: string[] = [];
  /** Webhooks that had arrived, and were not answered, when the process was killed. */
  const unanswered: string[] = [];

  beforeAll(async () => {
    folder = await makeDataFolder();
    receiver = await startWebhookReceiver();
    await webhookSettings(folder, [endpointAt(receiver)]);
    for (let round = 0; round < KILLS; round += 1) {
      const killed = Promise.withResolvers<void>();
      const before = receiver.received.length;
      receiver.otherwise((response, request) => {
        const { id } = receiver.received.at(-1) ?? { id: '' };
        if (receiver.received.length < before + 10) return void response.writeHead(204).end();
        unanswered.push(id);
        killed.resolve();
        hang(response, request);
      });
      await run(10_000, killed.promise);
    }
    receiver.otherwise((response) => void response.writeHead(204).end());
    await run(5);
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await folder.remove();
  });

  /** Runs the process until it has told everything, or is killed. */
  async function run(count: number, killed?: Promise<void>): Promise<void> {
    const script = join(import.meta.dirname, 'notify.worker.ts');
    const args = [...END_WITH_US, ...LOAD_TYPESCRIPT, script, folder.path, String(count)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    void killed?.then(() => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'drained') recorded.push(line);
    }
    expect(await exited).toEqual(killed ? [null, 'SIGKILL'] : [0, null]);
  }

  const toldOf = (request: string) =>
    receiver.received.filter(({ data }) => data['requestId'] === request);

  it('has told everything that is recorded by the time a later one is through', () => {
    expect(recorded.length).toBeGreaterThan(5 + 5 * KILLS);
    expect(recorded.filter((request) => toldOf(request).length === 0)).toEqual([]);
  });

  it('tells again what had arrived and was not answered', () => {
    expect(new Set(unanswered).size).toBeGreaterThanOrEqual(KILLS);
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
    expect(doubles).toBeLessThanOrEqual(KILLS * UNDER_WAY);
  });
});
