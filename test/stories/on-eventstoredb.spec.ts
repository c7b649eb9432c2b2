import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EventStore } from '../../src/event-store/event-store.js';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { jsonEvent } from '../../src/event-store/json-event.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';

const METADATA = {
  $correlationId: 'c',
  $causationId: 'c',
  actor: 'somebody',
  roles: [],
  recordedAt: '2026-01-01T00:00:00.000Z',
};

/** Waits for what a server that was away does in its own time. */
jest.setTimeout(30_000);

describe('A service on EventStoreDB', () => {
  let server: ScriptedEventStoreDb;
  let docket: TestDocket | undefined;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
  });
  afterEach(async () => {
    await docket?.close();
    docket = undefined;
    await server.close();
  });

  const start = async (): Promise<TestDocket> =>
    (docket = await startTestDocket({ settings: { eventStore: server.connectionString } }));

  const readiness = async ({ call }: TestDocket) => {
    const answer = await call(null, 'GET', '/readyz');
    return { status: answer.status, body: answer.json() };
  };
  const ready = (service: TestDocket) =>
    until(async () => (await readiness(service)).status === 200);

  it('starts without its server, says that it is not ready and why, and begins when the server comes', async () => {
    await server.stop();
    const service = await start();
    expect(await readiness(service)).toEqual({
      status: 503,
      body: {
        ready: false,
        eventStore: false,
        gateway: true,
        views: {},
        reasons: ['The event store is not available.'],
      },
    });
    expect((await service.call(null, 'GET', '/metrics')).text).toMatch(
      /^docket_event_store_up 0$/m,
    );

    await server.startAgain();
    await ready(service);
    expect((await service.submit('ada', SUMMARY)).status).toBe('executed');
  });

  it('finishes what was asked while its server was away for a moment', async () => {
    const service = await start();
    await ready(service);
    await server.stop();
    const submitting = service.submit('ada', SUMMARY);
    setTimeout(() => void server.startAgain(), 500);
    const { id, status } = await submitting;
    expect(status).toBe('executed');
    expect((await service.eventsOf(id)).map(({ type }) => type)).toEqual([
      'Submitted',
      'Classified',
      'ExecutionStarted',
      'Executed',
    ]);
    expect(service.gateway.calls).toHaveLength(1);
  });

  it('is not ready while its user may not read the log, and says who has to act', async () => {
    const service = await start();
    server.denyAccess();
    expect(await readiness(service)).toMatchObject({
      status: 503,
      body: { eventStore: false, reasons: ['The event store refuses the service.'] },
    });
    server.denyAccess(false);
    await ready(service);
  });

  it('counts its subscriptions and what was dropped of them', async () => {
    const service = await start();
    await ready(service);
    server.dropSubscribers();
    const drops = /^docket_subscription_drops_total 1$/m;
    await until(async () => drops.test((await service.call(null, 'GET', '/metrics')).text));
    await until(() => server.subscriberCount === 1);
    const { text } = await service.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_subscriptions 1$/m);
    expect(text).toMatch(/^docket_event_store_calls_waiting 0$/m);
  });

  it('leaves the streams of other applications alone', async () => {
    server.writeForeign(700);
    const service = await start();
    const { id, position } = await service.submit('ada', SUMMARY);
    server.writeForeign(700);
    const listed = await service.call('audrey', 'GET', `/v1/requests?minPosition=${position}`);
    expect(tracePage.parse(listed.json()).items.map((trace) => trace.id)).toEqual([id]);
    const streams = new Set((await service.log()).map(({ stream }) => stream));
    expect([...streams]).toEqual([`governedRequest-${id}`]);
    expect((await service.call(null, 'GET', '/metrics')).text).toMatch(
      /^docket_view_broken_streams\{view="request-trace"\} 0$/m,
    );
  });

  it.each([
    ['of an unknown type', 'Forgiven', {}, 1, /Forgiven.* its type is unknown/],
    [
      'of an unknown schema version',
      'Approved',
      { by: ['grace'] },
      2,
      /schemaVersion: it is written by another version of Docket/,
    ],
  ])(
    'names an event %s, and goes on with every other stream',
    async (_, type, data, schemaVersion, why) => {
      const service = await start();
      const { id, contentDigest, version } = await service.submit('ada', DRAFT);
      const foreign = await appendTo(
        id,
        version,
        jsonEvent(randomUUID(), type, data, { ...METADATA, schemaVersion }),
      );
      await service.submit('ada', SUMMARY);

      const decided = await service.call('grace', 'POST', `/v1/requests/${id}/decisions`, {
        body: { decision: 'approve', contentDigest },
      });
      const at = `governedRequest-${id}@${version + 1}, position ${foreign}`;
      expect([decided.status, decided.json()]).toMatchObject([
        500,
        { code: 'stream-unreadable', detail: expect.stringContaining(at) },
      ]);
      expect(decided.text).toMatch(why);
      const broken = /^docket_view_broken_streams\{view="request-trace"\} 1$/m;
      await until(async () => broken.test((await service.call(null, 'GET', '/metrics')).text));
      const read = await service.call('ada', 'GET', `/v1/requests/${id}`);
      expect([read.status, read.json()]).toMatchObject([500, { code: 'stream-unreadable' }]);
      expect((await service.call('bob', 'GET', `/v1/requests/${id}`)).status).toBe(404);
      const other = await service.submit('ada', SUMMARY);
      expect((await service.traceOf(other.id, other.position)).status).toBe('executed');
    },
  );

  /** Somebody else writes into a request's stream; resolves to the position. */
  async function appendTo(
    id: string,
    version: number,
    event: ReturnType<typeof jsonEvent>,
  ): Promise<bigint> {
    const store: EventStore = await openEventStoreDb(server.connectionString);
    const { position } = await store.append(`governedRequest-${id}`, version, [event]);
    await store.close();
    return position;
  }
});
