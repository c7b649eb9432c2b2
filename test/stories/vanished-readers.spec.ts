import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessEvents, refusedIn } from '../support/docket/access-records.js';
import { rawExchange } from '../support/docket/raw-exchange.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const WRITTEN_WITHIN = 300;

describe('Whose connection ends before the stream that they asked for begins', () => {
  let docket: TestDocket;
  let done: string;
  const logged: string[] = [];

  beforeAll(async () => {
    const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
    docket = await startTestDocket({ log });
    done = (await docket.submit('ada', SUMMARY)).id;
  });
  afterAll(() => docket.close());

  const RUBBISH = '\r\n\r\nrubbish';
  const BAD_CHUNKS = '\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n';

  it.each([
    ['/v1/events/stream', RUBBISH],
    ['/v1/requests/{done}/stream', RUBBISH],
    ['/v1/exports/events?format=jsonl', RUBBISH],
    ['/v1/exports/requests?format=csv', BAD_CHUNKS],
    ['/v1/requests/{done}/stream', BAD_CHUNKS],
  ])('has met no fault of the service at %s', async (path, rest) => {
    const key = `Authorization: Bearer ${docket.folder.keys.audrey}`;
    const head = `GET ${path.replace('{done}', done)} HTTP/1.1\r\nHost: docket\r\n${key}`;
    await rawExchange(docket.url, head + rest);
    await sleep(WRITTEN_WITHIN);
    const { text } = await docket.call(null, 'GET', '/metrics');
    expect(text).toContain('docket_event_streams 0\n');
    const codes = refusedIn(await accessEvents(docket.call)).map(({ code }) => code);
    expect({ logged, codes }).toEqual({ logged: [], codes: [] });
  });
});
