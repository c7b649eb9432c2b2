import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { loggedEvent, type LoggedEvent } from '../../src/views/event-log/logged-event.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const page = z.object({ items: z.array(loggedEvent), nextAfter: z.string().nullable() });

describe('The event log', () => {
  let docket: TestDocket;
  let log: readonly LoggedEvent[];

  beforeAll(async () => {
    docket = await startTestDocket();
    expect(await read('')).toEqual({ items: [], nextAfter: null });
    await docket.submit('ada', SUMMARY);
    await docket.decide('grace', 'reject', await docket.submit('ada', DRAFT));
    await docket.submit('bob', TRANSFER);
    log = await docket.log();
  });
  afterAll(() => docket.close());

  const read = async (query: string) =>
    page.parse((await docket.call('audrey', 'GET', `/v1/events?${query}`)).json());

  it('has every event of every request in the order of their commits', () => {
    expect(log.map(({ type, actor, version }) => `${type} ${version} ${actor}`)).toEqual([
      'Submitted 0 ada',
      'Classified 1 ada',
      'ExecutionStarted 2 docket',
      'Executed 3 docket',
      'Submitted 0 ada',
      'Classified 1 ada',
      'ApprovalRequested 2 ada',
      'ApprovalRefused 3 grace',
      'Blocked 4 grace',
      'Submitted 0 bob',
      'Classified 1 bob',
      'Blocked 2 bob',
    ]);
    const positions = log.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  });

  it('is read in pages that begin behind a position, without gap or repetition', async () => {
    const read3 = async (after?: string | null): Promise<readonly LoggedEvent[]> => {
      const { items, nextAfter } = await read(`limit=5${after ? `&after=${after}` : ''}`);
      expect(BigInt(nextAfter ?? '')).toBeGreaterThanOrEqual(
        BigInt(items.at(-1)?.position ?? after ?? ''),
      );
      return items.length === 0 ? [] : [...items, ...(await read3(nextAfter))];
    };
    expect(await read3()).toEqual(log);
  });

  it('says behind its end where to ask again', async () => {
    const end = log.at(-1)?.position ?? '';
    const { items, nextAfter } = await read(`after=${end}`);
    expect(items).toEqual([]);
    // Records of who read what, which may lie behind it, are no events of requests.
    expect(BigInt(nextAfter ?? '')).toBeGreaterThanOrEqual(BigInt(end));
  });

  it('comes as one JSON object a line when NDJSON is asked for', async () => {
    const headers = { accept: 'application/x-ndjson' };
    const answer = await docket.call('audrey', 'GET', '/v1/events?limit=7', { headers });
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers['docket-next-after']).toBe(log[6]?.position);
    expect(answer.text.endsWith('\n')).toBe(true);
    const lines = answer.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(log.slice(0, 7));
  });

  it('has the events of one request by themselves, oldest first', async () => {
    for (const [stream, events] of Map.groupBy(log, (event) => event.stream)) {
      expect(await docket.eventsOf(stream.slice('governedRequest-'.length))).toEqual(events);
    }
  });

  it('names who acted, what it belongs to and what it follows from', () => {
    for (const event of log) {
      expect(event.correlationId).toBe(requestOf(event));
      expect(z.iso.datetime({ precision: 3 }).safeParse(event.recordedAt).success).toBe(true);
    }
    const [byDocket, byPeople] = [
      log.filter(({ actor }) => actor === 'docket'),
      log.filter(({ actor }) => actor !== 'docket'),
    ];
    for (const event of byDocket) expect(event.causationId).toBe(requestOf(event));
    const commands = byPeople.map(({ causationId }) => z.uuid().parse(causationId));
    expect(new Set(commands).size).toBe(4);
  });
});

const requestOf = ({ stream }: LoggedEvent): string => stream.slice('governedRequest-'.length);
