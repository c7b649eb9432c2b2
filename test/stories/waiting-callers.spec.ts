import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { requestIdFor } from '../../src/governed-request/submit-request/submission.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { accessEvents, grantedIn } from '../support/docket/access-records.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { createHeldGateway, type HeldGateway } from '../support/held-gateway.js';

const LIFE = ['Submitted', 'Classified', 'ExecutionStarted', 'Executed'];

describe('Callers of an agent that takes its time', () => {
  let docket: TestDocket<HeldGateway>;

  beforeEach(async () => {
    docket = await startTestDocket<HeldGateway>({ gateway: createHeldGateway() });
  });
  afterEach(() => docket.close());

  const submit = (key: string, prefer?: string, body: object = SUMMARY) =>
    docket.call('ada', 'POST', '/v1/requests', {
      body,
      headers: { 'idempotency-key': key, ...(prefer && { prefer }) },
    });
  const begun = () => until(() => docket.gateway.begun.length > 0);
  const typesOf = async (id: string) => (await docket.eventsOf(id)).map(({ type }) => type);

  it('find the answer that they did not wait for', async () => {
    await hangUp('hung-up', begun);
    docket.gateway.release();
    const id = requestIdFor('ada', 'hung-up');
    await docket.reached(id, 'executed');
    const again = await submit('hung-up');
    expect([again.status, again.json()]).toMatchObject([200, { id, status: 'executed' }]);
    expect(await typesOf(id)).toEqual(LIFE);
    expect(docket.gateway.begun).toHaveLength(1);
  });

  it('are waited for no longer than they wait themselves', async () => {
    await submit('long', 'respond-async');
    await begun();
    await hangUp('long', () => sleep(300));
    // What they were shown is recorded when their call ends, ten minutes later otherwise.
    await until(async () => grantedIn(await accessEvents(docket.call)).length > 0);
    expect(docket.gateway.begun).toHaveLength(1);
    expect(await typesOf(requestIdFor('ada', 'long'))).toEqual(LIFE.slice(0, 3));
  });

  it('may ask twenty times at once: it is one request, one call and one answer', async () => {
    const prefers = Array.from({ length: 20 }, (_, at) => (at % 2 ? 'wait=20' : 'respond-async'));
    const asked = prefers.map((prefer) => submit('at-once', prefer));
    await begun();
    await Promise.all(asked.filter((_, at) => at % 2 === 0));
    docket.gateway.release(20);
    const answers = await Promise.all(asked);
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses.slice(0, -1)).toEqual(Array(19).fill(200));
    expect([201, 202]).toContain(statuses.at(-1));
    const traces = answers.map((answer) => trace.parse(answer.json()));
    expect(new Set(traces.map(({ id }) => id)).size).toBe(1);
    const waited = traces.filter((_, at) => at % 2 === 1);
    expect(new Set(waited.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(waited[0]?.status).toBe('executed');
    expect(await typesOf(traces[0]!.id)).toEqual(LIFE);
    expect(docket.gateway.begun).toHaveLength(1);
  });

  it('are refused another request under the same key, also while the first one runs', async () => {
    const first = await submit('taken', 'respond-async');
    await begun();
    const other = await submit('taken', undefined, { ...SUMMARY, request: 'Something else.' });
    expect([other.status, other.json()]).toMatchObject([422, { code: 'idempotency-key-reused' }]);
    const again = await submit('taken', 'wait=0');
    expect([again.status, again.json()]).toMatchObject([
      200,
      { status: 'executing', queued: null },
    ]);
    docket.gateway.release();
    const { id } = trace.parse(first.json());
    await docket.reached(id, 'executed');
    expect(await typesOf(id)).toEqual(LIFE);
  });

  it.each(['respond-async', 'wait=0', 'wait=1'])(
    'who prefer %s are told that it runs, and the rest whenever they ask again',
    async (prefer) => {
      const early = await submit('patient', prefer);
      const { id } = trace.parse(early.json());
      expect([early.status, early.headers['preference-applied']]).toEqual([202, prefer]);
      expect(early.headers['location']).toBe(`/v1/requests/${id}`);
      docket.gateway.release();
      const late = await submit('patient', 'wait=20');
      expect([late.status, late.json()]).toMatchObject([200, { id, status: 'executed' }]);
      const { position } = trace.parse(late.json());
      const found = await docket.call('ada', 'GET', `/v1/requests/${id}?minPosition=${position}`);
      expect(found.text).toBe(late.text);
      expect(docket.gateway.begun).toHaveLength(1);
    },
  );

  /** Sends a request as a caller who waits for long, and breaks the connection at some moment. */
  async function hangUp(key: string, moment: () => Promise<unknown>): Promise<void> {
    const { hostname, port } = new URL(docket.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const body = JSON.stringify(SUMMARY);
    socket.write(
      [
        'POST /v1/requests HTTP/1.1',
        `Host: ${hostname}`,
        `Authorization: Bearer ${docket.folder.keys.ada}`,
        'Content-Type: application/json',
        `Idempotency-Key: ${key}`,
        'Prefer: wait=600',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    await moment();
    socket.resetAndDestroy();
  }
});

describe('Callers who wait while the service stops', () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = await makeDataFolder();
  });
  afterEach(() => folder.remove());

  it('are told how far it came, and the next start carries on from there, once', async () => {
    const gateway = createFakeGateway({ answer: () => 'hang' });
    const stopping = await startTestDocket({ folder, gateway, settings: { maxExecutions: 1 } });
    const submit = (key: string) =>
      stopping.call('ada', 'POST', '/v1/requests', {
        body: SUMMARY,
        headers: { 'idempotency-key': key, prefer: 'wait=60' },
      });
    const runs = submit('runs');
    await until(() => gateway.calls.length > 0);
    const waits = submit('waits');
    const ids = [requestIdFor('ada', 'runs'), requestIdFor('ada', 'waits')] as const;
    await stopping.reached(ids[1], 'classified');
    const stopped = stopping.stop();
    // What hangs is let go behind the moment from which nothing more is started.
    await sleep(50);
    await gateway.close();
    await stopped;
    await stopping.close();
    const answers = await Promise.all([runs, waits]);
    expect(answers.map(({ status }) => status)).toEqual([201, 202]);
    expect(answers.map((answer) => answer.json())).toMatchObject([
      { id: ids[0], status: 'outcome-unknown', queued: null },
      { id: ids[1], status: 'classified', queued: { place: null } },
    ]);

    const next = await startTestDocket({ folder });
    await next.reached(ids[1], 'executed');
    expect((await next.traceOf(ids[0])).status).toBe('outcome-unknown');
    expect(next.gateway.calls.map(({ sessionKey }) => sessionKey)).toEqual([`docket-${ids[1]}`]);
    const again = await next.submit('ada', SUMMARY, { 'idempotency-key': 'runs' });
    expect([again.id, again.status]).toEqual([ids[0], 'outcome-unknown']);
    await next.close();
  });
});
