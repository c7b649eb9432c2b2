import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AgentGatewayError } from '../../src/openclaw/agent-gateway.errors.js';
import { brittleLine } from '../support/docket/brittle-line.js';
import { readEvents, type EventReader } from '../support/docket/event-reader.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';

const STREAMS = {
  max: 50,
  maxPerIdentity: 20,
  heartbeat: 50,
  patience: 5_000,
  recheck: 50,
  retry: 2,
};

jest.setTimeout(30_000);

let docket: TestDocket;
let readers: EventReader[] = [];

const start = async (settings: object = {}): Promise<TestDocket> =>
  (docket = await startTestDocket({ settings: { streams: STREAMS, ...settings } }));

const leave = async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  readers = [];
};

function follow(as: Identity, path: string, url = docket.url): EventReader {
  const reader = readEvents(url + path, docket.folder.keys[as]);
  readers.push(reader);
  return reader;
}

const openStreams = async (): Promise<number> => {
  const { text } = await docket.call(null, 'GET', '/metrics');
  return Number(/^docket_event_streams (\d+)$/m.exec(text)?.[1]);
};

describe('An auditor who follows the log', () => {
  beforeAll(() => start());
  afterEach(leave);
  afterAll(() => docket.close());

  it('is given what is there, then each event as it is recorded, as the log has it', async () => {
    await docket.submit('ada', SUMMARY);
    const reader = follow('audrey', '/v1/events/stream');
    await until(() => reader.events.length === 4);
    await docket.submit('ada', TRANSFER);
    await until(() => reader.events.length === 7);
    expect(reader.events).toEqual(await docket.log());
    expect(reader.beginnings).toBe(1);
  });

  it('may begin behind an event, or with what comes from now on', async () => {
    const { position } = await docket.submit('ada', TRANSFER);
    await docket.submit('ada', TRANSFER);
    const behind = follow('audrey', `/v1/events/stream?after=${position}`);
    const fromNow = follow('audrey', '/v1/events/stream?after=now');
    await until(() => behind.events.length === 3 && fromNow.beginnings === 1);
    await docket.submit('ada', SUMMARY);
    await until(() => behind.events.length === 7 && fromNow.events.length === 4);
    const log = await docket.log();
    expect([behind.events, fromNow.events]).toEqual([log.slice(-7), log.slice(-4)]);
  });

  it('is told where now is, so as to miss nothing when the stream breaks before its first event', async () => {
    const { position } = await docket.submit('ada', TRANSFER);
    const answer = await docket.call('audrey', 'GET', '/v1/events/stream?after=now');
    const [, now] = /^retry: \d+\nid: (\d+)\n\n$/.exec(answer.text) ?? [];
    // Events of the access log, which may lie behind the submission, count as well.
    expect(Number(now)).toBeGreaterThanOrEqual(Number(position));
    await docket.submit('ada', TRANSFER);
    const resumed = follow('audrey', `/v1/events/stream?after=${now}`);
    await until(() => resumed.events.length === 3);
    expect(resumed.events).toEqual((await docket.log()).slice(-3));
  });

  it('goes on behind the last event it saw, whatever its address says', async () => {
    await docket.submit('ada', TRANSFER);
    const [first, second, third] = await docket.log();
    for (const query of [
      '',
      `?after=${first?.position}`,
      '?after=now',
      `?after=${third?.position}`,
    ]) {
      const headers = { 'last-event-id': second?.position ?? '' };
      const { text } = await docket.call('audrey', 'GET', `/v1/events/stream${query}`, { headers });
      expect(text).toMatch(new RegExp(`\\nid: ${second?.position}\\n\\n`));
    }
  });

  it('is answered as a stream that nobody keeps or collects on its way', async () => {
    const { status, headers } = await docket.call('audrey', 'GET', '/v1/events/stream');
    expect([status, headers]).toMatchObject([
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'close',
      },
    ]);
    await until(async () => (await openStreams()) === 0);
  });
});

describe.each(['SQLite', 'EventStoreDB'])(
  'Over a line that breaks at any byte, on %s,',
  (store) => {
    afterEach(async () => {
      await leave();
      await docket.close();
    });

    it('readers are given every event once and in order while the log grows', async () => {
      const server = store === 'SQLite' ? null : await ScriptedEventStoreDb.start();
      await start(server ? { eventStore: server.connectionString } : {});
      await until(async () => (await docket.call(null, 'GET', '/readyz')).status === 200);
      let breaks = 0;
      const line = await brittleLine(docket.url, () => {
        breaks += 1;
        return 300 + Math.floor(Math.random() * 6_000);
      });
      const everything = [1, 2].map(() => follow('audrey', '/v1/events/stream', line.url));
      const { id, contentDigest } = await docket.submit('ada', DRAFT);
      const one = follow('ada', `/v1/requests/${id}/stream`, line.url);
      for (let round = 0; round < 6; round += 1) {
        await Promise.all([docket.submit('ada', SUMMARY), docket.submit('bob', TRANSFER)]);
      }
      await docket.call('grace', 'POST', `/v1/requests/${id}/decisions`, {
        body: { decision: 'approve', contentDigest },
      });
      line.mend();
      await docket.reached(id, 'executed');
      const log = await docket.log();
      await until(() => everything.every(({ events }) => events.length >= log.length));
      await until(() => one.isOver);

      for (const { events } of everything) expect(events).toEqual(log);
      expect(one.events).toEqual(await docket.eventsOf(id));
      expect(breaks).toBeGreaterThan(4);
      await line.close();
      await until(async () => (await openStreams()) === 0);
      await docket.close();
      await server?.close();
    });
  },
);

describe('On EventStoreDB', () => {
  afterEach(async () => {
    await leave();
    await docket.close();
  });

  it('readers wait while the server is away, and miss nothing', async () => {
    const server = await ScriptedEventStoreDb.start();
    await start({ eventStore: server.connectionString });
    await docket.submit('ada', TRANSFER);
    const reader = follow('audrey', '/v1/events/stream');
    await until(() => reader.events.length === 3);
    await server.stop();
    await server.startAgain();
    await docket.submit('ada', TRANSFER);
    await until(() => reader.events.length === 6);
    expect(reader.events).toEqual(await docket.log());
    expect(reader.beginnings).toBe(1);
    await docket.close();
    await server.close();
  });

  it('all readers share one subscription, which ends with the last of them', async () => {
    const server = await ScriptedEventStoreDb.start();
    await start({ eventStore: server.connectionString });
    const { id } = await docket.submit('ada', DRAFT);
    await until(() => server.subscriberCount === 1);
    for (let count = 0; count < 5; count += 1) {
      follow('audrey', '/v1/events/stream');
      follow('ada', `/v1/requests/${id}/stream`);
    }
    await until(() => readers.every(({ events }) => events.length === 3));
    expect(server.subscriberCount).toBe(2);
    await Promise.all(readers.map((reader) => reader.close()));
    await until(() => server.subscriberCount === 1);
    await docket.close();
    await server.close();
  });
});

describe('A requester who follows a request', () => {
  beforeAll(() => start());
  afterEach(leave);
  afterAll(() => docket.close());

  it('is given its events alone, until none can follow, and is then told to stay away', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const reader = follow('ada', `/v1/requests/${waiting.id}/stream`);
    await until(() => reader.events.length === 3);
    await docket.submit('ada', TRANSFER);
    await docket.decide('grace', 'approve', waiting);
    await until(() => reader.isOver);
    expect(reader.events).toEqual(await docket.eventsOf(waiting.id));
    expect(reader.events.at(-1)?.type).toBe('Executed');
    expect(reader.beginnings).toBe(1);
  });

  it('is given what happened to one that has ended, and 204 behind its last event', async () => {
    const { id, position } = await docket.submit('ada', TRANSFER);
    const { text } = await docket.call('ada', 'GET', `/v1/requests/${id}/stream`);
    expect(text).toMatch(/^retry: \d+\n\n/);
    const reader = follow('ada', `/v1/requests/${id}/stream`);
    await until(() => reader.isOver);
    expect(reader.events).toEqual(await docket.eventsOf(id));
    const headers = { 'last-event-id': position };
    const answer = await docket.call('ada', 'GET', `/v1/requests/${id}/stream`, { headers });
    expect([answer.status, answer.text]).toEqual([204, '']);
    await until(async () => (await openStreams()) === 0);
  });

  it('goes on when a person may still find out what came of it', async () => {
    docket.gateway.script(new AgentGatewayError('gateway-timeout', 'unknown', 'It took too long.'));
    const { id } = await docket.submit('ada', SUMMARY);
    const reader = follow('ada', `/v1/requests/${id}/stream`);
    await until(() => reader.events.at(-1)?.type === 'ExecutionOutcomeUnknown');
    await sleep(4 * STREAMS.heartbeat);
    expect([reader.beginnings, reader.isOver]).toEqual([1, false]);
  });
});

describe('Streams of events', () => {
  afterEach(async () => {
    await leave();
    await docket.close();
  });

  it('are bounded in number, for each identity and for all', async () => {
    await start({ streams: { ...STREAMS, max: 3, maxPerIdentity: 2 } });
    const { id } = await docket.submit('ada', DRAFT);
    const path = `/v1/requests/${id}/stream`;
    const refusal = async (as: Identity) => {
      const { status, headers, ...answer } = await docket.call(as, 'GET', path);
      return [status, headers['retry-after'], answer.json()];
    };
    const refused = [503, '5', { code: 'too-many-streams' }];
    const first = follow('audrey', path);
    follow('audrey', path);
    await until(() => readers.every(({ events }) => events.length === 3));
    expect(await refusal('audrey')).toMatchObject(refused);
    follow('ada', path);
    await until(() => readers.every(({ events }) => events.length === 3));
    expect(await refusal('grace')).toMatchObject(refused);
    await first.close();
    await until(async () => (await docket.call('grace', 'GET', path)).status === 200);
  });

  it('show that they live while nothing happens', async () => {
    await start();
    const { id } = await docket.submit('ada', DRAFT);
    const answer = await fetch(`${docket.url}/v1/requests/${id}/stream`, {
      headers: { authorization: `Bearer ${docket.folder.keys.ada}` },
    });
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.split(': heartbeat\n\n').length > 3) break;
    }
    expect(text).toMatch(/}\n\n(: heartbeat\n\n){3}/);
  });

  it('end when the service stops, and say so', async () => {
    await start();
    await docket.submit('ada', TRANSFER);
    const answer = await fetch(`${docket.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${docket.folder.keys.audrey}` },
    });
    const text = answer.text();
    await until(async () => (await openStreams()) === 1);
    const begun = Date.now();
    await docket.close();
    expect(Date.now() - begun).toBeLessThan(900);
    expect(await text).toMatch(/: The service is stopping\.\n\n$/);
  });

  it('are not begun for a call that asks for their headers', async () => {
    await start();
    const answer = await docket.call('audrey', 'HEAD', '/v1/events/stream');
    expect([answer.status, answer.text]).toEqual([200, '']);
    await until(async () => (await openStreams()) === 0);
  });
});
