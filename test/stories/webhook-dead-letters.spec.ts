import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { deadLetterPage, endpointList } from '../../src/notifications/webhooks.schema.js';
import type { WebhookSettings } from '../../src/notifications/webhook-settings.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { runCommand } from '../support/docket/run-command.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { hang, hangUp } from '../support/openclaw-stub.js';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';

const DAY = 86_400_000;

let folder: DataFolder;
let chat: WebhookReceiver;
let mail: WebhookReceiver;
let docket: TestDocket;
let logged = '';

const log = pino({ level: 'debug' }, { write: (line) => void (logged += line) });

async function start(over: Partial<WebhookSettings> = {}): Promise<void> {
  await startTelling([endpointAt(chat), endpointAt(mail, { id: 'mail' })], over);
}

async function startTelling(
  configured: readonly ReturnType<typeof endpointAt>[],
  over: Partial<WebhookSettings> = {},
  time = 0,
): Promise<void> {
  const webhooks = await webhookSettings(folder, configured, over);
  const clock = { now: () => new Date(Date.now() + time) };
  docket = await startTestDocket({ folder, log, clock, settings: { webhooks } });
}

beforeEach(async () => {
  folder = await makeDataFolder();
  chat = await startWebhookReceiver();
  mail = await startWebhookReceiver();
});
afterEach(async () => {
  await Promise.all([chat.close(), mail.close()]);
  await docket.close();
  await folder.remove();
});

const submit = () => docket.submit('ada', SUMMARY);

const endpoints = async () =>
  endpointList.parse((await docket.call('root', 'GET', '/v1/webhooks')).json()).items;

const letters = async (query = '') =>
  deadLetterPage.parse(
    (await docket.call('root', 'GET', `/v1/webhooks/dead-letters${query}`)).json(),
  ).items;

const given = (count: number, query?: string) =>
  until(async () => {
    const all = await letters(query);
    return all.length === count && all;
  });

const command = (...args: string[]) =>
  runCommand(['webhooks', ...args, '--url', docket.url], { DOCKET_KEY: folder.keys.root });

describe('A webhook that cannot be delivered', () => {
  it('is tried again, given up at last, and delivered when it is replayed', async () => {
    chat.otherwise(status(500));
    chat.next(hangUp);
    await start();
    const request = await submit();
    const [letter] = await given(1);
    expect(letter).toMatchObject({
      endpoint: 'chat',
      type: 'request.executed',
      requestId: request.id,
      attempts: 3,
      failure: 'answered',
      status: 500,
    });
    expect(chat.received.map(({ id }) => id)).toEqual(Array(3).fill(letter?.id));
    expect(await endpoints()).toMatchObject([
      { id: 'chat', state: 'active', origin: new URL(chat.url).origin, pending: 0, dead: 1 },
      { id: 'mail', state: 'active', pending: 0, dead: 0 },
    ]);
    const { text } = await docket.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_webhooks_dead\{endpoint="chat"\} 1$/m);
    expect(text).toMatch(/^docket_webhooks_pending\{endpoint="chat"\} 0$/m);
    expect(text).toMatch(/^docket_webhooks_oldest_pending_seconds\{endpoint="chat"\} 0$/m);
    expect(text).toMatch(/^docket_webhook_tries_total\{endpoint="chat",outcome="failed"\} 3$/m);
    expect(text).toMatch(/^docket_webhook_tries_total\{endpoint="mail",outcome="delivered"\} 1$/m);

    chat.otherwise(status(204));
    const path = `/v1/webhooks/dead-letters/${letter?.id}/replay`;
    const answer = await docket.call('root', 'POST', path);
    expect([answer.status, answer.json()]).toEqual([200, { replayed: 1 }]);
    await until(() => chat.received.length === 4);
    expect(chat.received.at(-1)?.id).toBe(letter?.id);
    await given(0);
    expect((await docket.call('root', 'POST', path)).json()).toMatchObject({
      code: 'dead-letter-unknown',
    });
  });

  it('is told in the log without what was sent, to which address, and with which secret', async () => {
    chat.otherwise(status(500));
    logged = '';
    await start();
    const { id } = await submit();
    await given(1);
    const lines = logged.split('\n').filter((line) => line.includes('webhook'));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      expect.arrayContaining(['a webhook was not delivered', 'a webhook was given up']),
    );
    const [, path = ''] = /(\/hook)$/.exec(chat.url) ?? [];
    for (const hidden of [chat.secret.slice(6), mail.secret.slice(6), path, 'v1,', id]) {
      expect(lines.join('\n')).not.toContain(hidden);
    }
  });

  it('holds up no other endpoint, and is seen waiting', async () => {
    chat.otherwise(hang);
    await start({ timeout: 5_000 });
    for (let count = 0; count < 20; count += 1) await submit();
    await until(() => mail.received.length === 20);
    expect(chat.received).toHaveLength(8);
    const [waiting] = await endpoints();
    expect(waiting).toMatchObject({ id: 'chat', pending: 20, dead: 0 });
    expect(Date.parse(waiting?.oldestPending ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('waits as long as a busy receiver asks, with all others for it', async () => {
    chat.next(status(429, { 'retry-after': '1' }));
    await start();
    await submit();
    await until(() => chat.received.length === 1);
    const asked = Date.now();
    await submit();
    await until(() => new Set(chat.received.map(({ id }) => id)).size === 2);
    expect(Date.now() - asked).toBeGreaterThan(800);
    await until(async () => (await endpoints())[0]?.pending === 0);
    expect(await letters()).toEqual([]);
  });

  it('is not tried again by a receiver that is gone, nor is what follows, until somebody replays', async () => {
    chat.next(status(410));
    await start();
    const first = await submit();
    await given(1);
    const second = await submit();
    const given2 = await given(2, '?endpoint=chat');
    expect(given2.map(({ requestId, failure }) => [requestId, failure])).toEqual([
      [second.id, 'gone'],
      [first.id, 'gone'],
    ]);
    expect([chat.received.length, (await endpoints())[0]?.state]).toEqual([1, 'gone']);
    const { code, stdout } = await command('replay', 'chat');
    expect([code, stdout]).toEqual([0, 'Queued 2 again.\n']);
    await until(() => chat.received.length === 3);
    await given(0);
    expect((await endpoints())[0]?.state).toBe('active');
  });

  it('that is under way when the service stops is given back, and goes out from the next one', async () => {
    chat.next(hang);
    await start({ timeout: 60_000, abandonedAfter: 90_000, finishWithin: 50 });
    await submit();
    await until(() => chat.received.length === 1);
    await docket.close();
    await start({ timeout: 60_000, abandonedAfter: 90_000, schedule: [] });
    await until(() => chat.received.length === 2);
    const [first, second] = chat.received;
    expect(second?.id).toBe(first?.id);
    await until(async () => (await endpoints())[0]?.pending === 0);
    expect(await letters()).toEqual([]);
  });

  it('to an endpoint that was taken out waits for it for a month', async () => {
    chat.otherwise(status(500));
    await start({ schedule: [60_000] });
    await submit();
    await until(() => chat.received.length === 1 && mail.received.length === 1);
    const left = [{ id: 'chat', state: 'not-configured', origin: null, pending: 1 }];
    await docket.close();
    await startTelling([], {}, 29 * DAY);
    expect(await endpoints()).toMatchObject(left);
    const replayed = await docket.call('root', 'POST', '/v1/webhooks/chat/replay');
    expect(replayed.json()).toMatchObject({ code: 'webhook-endpoint-unknown' });
    await docket.close();
    await startTelling([endpointAt(mail, { id: 'mail' })], {}, 31 * DAY);
    await until(async () => (await endpoints()).length === 1);
    await docket.close();
    await start();
    expect((await endpoints())[0]).toMatchObject({ id: 'chat', state: 'active', pending: 0 });
    expect(chat.received).toHaveLength(1);
  });

  it('that is about to arrive when the service stops is waited for', async () => {
    chat.next((response) => void setTimeout(() => response.writeHead(204).end(), 300));
    await start();
    await submit();
    await until(() => chat.received.length === 1);
    await docket.close();
    await start();
    await submit();
    await until(() => chat.received.length === 2);
    expect(new Set(chat.received.map(({ id }) => id)).size).toBe(2);
  });
});

describe('The commands for webhooks', () => {
  beforeEach(() => start());

  it('list endpoints and what was given up', async () => {
    chat.otherwise(status(503));
    const { id } = await submit();
    const [letter] = await given(1);
    const { code, stdout } = await command('list');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `chat  active  ${new URL(chat.url).origin}  pending 0  dead 1`,
      `mail  active  ${new URL(mail.url).origin}  pending 0  dead 0`,
      `  ${letter?.deadAt}  chat  request.executed  ${id}  3 tries, answered 503  ${letter?.id}`,
      '',
    ]);
    chat.otherwise(status(204));
    expect((await command('replay', letter?.id ?? '')).stdout).toBe('Queued 1 again.\n');
    await given(0);
  });

  it('test an endpoint without anything that happened', async () => {
    expect(await command('test', 'chat')).toEqual({
      code: 0,
      stdout: 'It was delivered.\n',
      stderr: '',
    });
    expect(chat.received).toMatchObject([{ type: 'webhook.test', data: {} }]);
    chat.next(status(404));
    const failed = await command('test', 'chat');
    expect([failed.code, failed.stderr]).toEqual([
      1,
      'docket: It was not delivered: answered 404\n',
    ]);
  });

  it.each([
    ['replay', 'nobody'],
    ['test', 'nobody'],
    ['replay', 'msg_nothing'],
    ['test', '../requests'],
  ])('say so when %s is asked for %s', async (verb, target) => {
    const { code, stdout, stderr } = await command(verb, target);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^docket: The service answered 404: There is no such [a-z ]+\.\n$/);
  });

  it('ask for an admin’s key', async () => {
    const { code, stderr } = await runCommand(['webhooks', 'list', '--url', docket.url], {});
    expect([code, stderr]).toEqual([1, 'docket: Set DOCKET_KEY to an admin’s key.\n']);
  });
});
