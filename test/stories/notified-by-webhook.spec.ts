import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { NOTICE_TYPES } from '../../src/notifications/notice-type.js';
import { AgentGatewayError } from '../../src/openclaw/agent-gateway.errors.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import type { Identity } from '../support/docket/identities.js';
import { runCommand } from '../support/docket/run-command.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.js';

const MARK = 'confidential-4711';
const COMMENT = 'a comment of mine';

const linked = z.object({ requestId: z.string(), url: z.url(), position: z.string() });

let folder: DataFolder;
let everything: WebhookReceiver;
let waiting: WebhookReceiver;
let finance: WebhookReceiver;

beforeAll(async () => {
  folder = await makeDataFolder();
  everything = await startWebhookReceiver();
  waiting = await startWebhookReceiver();
  finance = await startWebhookReceiver();
});
afterAll(async () => {
  await Promise.all([everything, waiting, finance].map((receiver) => receiver.close()));
  await folder.remove();
});

const start = async (): Promise<TestDocket> => {
  const webhooks = await webhookSettings(folder, [
    endpointAt(everything, { id: 'everything' }),
    endpointAt(waiting, { id: 'waiting', events: ['approval.requested'], risks: ['amber'] }),
    endpointAt(finance, { id: 'reds', risks: ['red'] }),
  ]);
  return startTestDocket({ folder, settings: { webhooks } });
};

/** What was told of a request, in the order of the log, each once. */
const toldOf = (receiver: WebhookReceiver, { id }: Pick<Trace, 'id'>) =>
  [...new Map(receiver.received.map((webhook) => [webhook.id, webhook])).values()]
    .filter(({ data }) => data['requestId'] === id)
    .toSorted((one, other) => Number(one.data['position']) - Number(other.data['position']));

const told = (request: Pick<Trace, 'id'>, count: number) =>
  until(() => {
    const webhooks = toldOf(everything, request);
    return webhooks.length >= count && webhooks.map(({ type, data }) => [type, detailsOf(data)]);
  });

function detailsOf(data: Readonly<Record<string, unknown>>) {
  const { requestId: _, url: _url, position: _position, kind: _kind, ...details } = data;
  return details;
}

const AMBER = { risk: 'amber', category: expect.any(String) };
const GREEN = { risk: 'green', category: expect.any(String) };
const RED = { risk: 'red', category: expect.any(String) };
const ASKED = {
  ...AMBER,
  quorum: 1,
  eligible: [],
  atLeast: [],
  human: false,
  expiresAt: expect.any(String),
};

describe('A receiver of webhooks', () => {
  let docket: TestDocket;
  beforeAll(async () => {
    docket = await start();
  });
  afterAll(() => docket.close());

  const submit = (body: { readonly request: string }) =>
    docket.submit('ada', { ...body, request: `${body.request} ${MARK}`, onBehalfOf: MARK });

  const decide = (as: Identity, decision: string, { id, contentDigest }: Trace) =>
    docket.call(as, 'POST', `/v1/requests/${id}/decisions`, {
      body: { decision, contentDigest, comment: COMMENT },
    });

  it('is told that a request was carried out', async () => {
    expect(await told(await submit(SUMMARY), 1)).toEqual([['request.executed', GREEN]]);
  });

  it('is told what waits, how it was decided, and what came of it', async () => {
    const request = await submit(DRAFT);
    expect(await told(request, 1)).toEqual([['approval.requested', ASKED]]);
    await decide('grace', 'approve', request);
    expect(await told(request, 3)).toEqual([
      ['approval.requested', ASKED],
      ['approval.decided', { ...AMBER, decision: 'approved' }],
      ['request.executed', AMBER],
    ]);
  });

  it('is told that people refused, and that it will not run', async () => {
    const request = await submit(DRAFT);
    await decide('grace', 'reject', request);
    const [, ...decided] = await told(request, 3);
    expect(new Set(decided)).toEqual(
      new Set([
        ['approval.decided', { ...AMBER, decision: 'refused' }],
        ['request.blocked', { ...AMBER, code: 'refused' }],
      ]),
    );
  });

  it('is told that somebody amended what waits, and that it waits anew', async () => {
    const request = await submit(DRAFT);
    const edit = { request: `Draft an email to finance. ${MARK}` };
    await docket.amend('grace', request, edit, { comment: COMMENT });
    const amended = [
      ['approval.requested', ASKED],
      ['request.amended', { ...AMBER, number: 1 }],
      ['approval.requested', ASKED],
    ];
    expect(await told(request, 3)).toEqual(amended);
    await docket.amend('linus', await docket.traceOf(request.id), { request: TRANSFER.request });
    expect(new Set(await told(request, 5))).toEqual(
      new Set([
        ...amended,
        ['request.amended', { ...RED, number: 2 }],
        ['request.blocked', { ...RED, code: 'policy' }],
      ]),
    );
  });

  it('is told what the policy blocks, and what its requester takes back', async () => {
    expect(await told(await submit(TRANSFER), 1)).toEqual([
      ['request.blocked', { ...RED, code: 'policy' }],
    ]);
    const request = await submit(DRAFT);
    await docket.call('ada', 'POST', `/v1/requests/${request.id}/withdrawal`);
    expect((await told(request, 2)).at(1)).toEqual([
      'request.blocked',
      { ...AMBER, code: 'withdrawn' },
    ]);
  });

  it('is told what failed, what nobody knows the outcome of, and how that was resolved', async () => {
    docket.gateway.script(
      new AgentGatewayError('gateway-unreachable', 'failed', MARK),
      new AgentGatewayError('gateway-timeout', 'unknown', MARK),
    );
    expect(await told(await submit(SUMMARY), 1)).toEqual([
      ['request.failed', { ...GREEN, code: 'gateway-unreachable' }],
    ]);
    const request = await submit(SUMMARY);
    await docket.call('root', 'POST', `/v1/requests/${request.id}/resolution`, {
      body: { outcome: 'did-run', comment: COMMENT },
    });
    expect(await told(request, 2)).toEqual([
      ['request.outcome-unknown', { ...GREEN, code: 'gateway-timeout' }],
      ['request.resolved', { ...GREEN, outcome: 'did-run' }],
    ]);
  });

  it('finds the request behind the link, as soon as the views hold what was told', async () => {
    const request = await submit(SUMMARY);
    await told(request, 1);
    const [webhook] = toldOf(everything, request);
    const { url, position, requestId } = linked.parse(webhook?.data);
    expect([requestId, url]).toEqual([request.id, `${docket.url}/v1/requests/${request.id}`]);
    const path = `${new URL(url).pathname}?minPosition=${position}`;
    const shown = trace.parse((await docket.call('audrey', 'GET', path)).json());
    expect(shown.status).toBe('executed');
    expect(webhook?.timestamp).toBe((await docket.eventsOf(request.id)).at(-1)?.recordedAt);
  });

  it('is told only what it wants', async () => {
    await told(await submit(SUMMARY), 1);
    expect(new Set(waiting.received.map(({ type }) => type))).toEqual(
      new Set(['approval.requested']),
    );
    expect(waiting.received).toHaveLength(everything.of('approval.requested').length);
    expect(new Set(finance.received.map(({ data }) => data['risk']))).toEqual(new Set(['red']));
  });

  it('is told nothing that anybody wrote, and nobody’s name', () => {
    const types = new Set(everything.received.map(({ type }) => type));
    /** See `notified-of-waiting.spec.ts`. */
    const later = ['approval.escalated', 'approval.reminded', 'approval.expired'];
    expect(types).toEqual(new Set(NOTICE_TYPES.filter((type) => !later.includes(type))));
    for (const { text } of everything.received) {
      // Ids may have the letters of a short name in them.
      expect(text).not.toMatch(/confidential|comment|\bada\b|grace|root|cloud budget|fake agent/i);
    }
    expect([everything.forged, waiting.forged, finance.forged]).toEqual([0, 0, 0]);
  });
});

describe('A service that comes back', () => {
  let running: TestDocket | undefined;
  let late: WebhookReceiver;
  beforeAll(async () => {
    late = await startWebhookReceiver();
  });
  afterEach(() => running?.close());
  afterAll(() => late.close());

  it('tells what happened since, and nothing again, also when its views are built anew', async () => {
    const before = new Set(everything.received.map(({ id }) => id));
    running = await start();
    const request = await running.submit('ada', SUMMARY);
    await running.close();
    const rebuilt = await runCommand(['rebuild'], {
      DOCKET_DATA_DIR: folder.path,
      DOCKET_KEYS_FILE: folder.keysFile,
    });
    expect(rebuilt.code).toBe(0);
    running = await start();
    const another = await running.submit('ada', SUMMARY);
    await told(another, 1);
    await running.close();
    const since = everything.received.filter(({ id }) => !before.has(id));
    expect(since.map(({ data }) => data['requestId'])).toEqual([request.id, another.id]);
    expect(new Set(everything.received.map(({ id }) => id)).size).toBe(everything.received.length);
  });

  it('tells a new endpoint what happens next, and nothing that happened before', async () => {
    const webhooks = await webhookSettings(folder, [endpointAt(late, { id: 'new' })]);
    running = await startTestDocket({ folder, settings: { webhooks } });
    const request = await running.submit('ada', SUMMARY);
    await until(() => late.received.length > 0);
    expect(late.received.map(({ data }) => data['requestId'])).toEqual([request.id]);
  });
});
