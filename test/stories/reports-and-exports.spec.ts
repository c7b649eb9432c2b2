import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import { trace } from '../../src/views/request-trace/trace.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SESSIONS, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { parseCsv } from '../support/views/parse-csv.js';

let docket: TestDocket;
let position: string;

beforeAll(async () => {
  docket = await startTestDocket();
  await docket.submit('ada', SUMMARY);
  await docket.submit('ada', { ...SUMMARY, request: '=Summarise "this",\nplease' });
  await docket.submit('bob', SESSIONS);
  await docket.submit('bob', TRANSFER);
  await docket.submit('bob', DRAFT);
  const waiting = await docket.submit('ada', DRAFT);
  position = trace.parse((await docket.decide('grace', 'approve', waiting)).json()).position;
});
afterAll(() => docket.close());

describe('The risk report', () => {
  const report = async (query: string, as: Identity = 'ana') => {
    const path = `/v1/reports/risk?minPosition=${position}&${query}`;
    return riskReport.parse((await docket.call(as, 'GET', path)).json());
  };

  it('counts what was asked, how risky it was and what came of it', async () => {
    const told = await report('');
    expect(told).toMatchObject({
      interval: 'day',
      groupBy: 'risk',
      position,
      total: 6,
      otherCount: 0,
      totals: {
        risk: { green: 3, amber: 2, red: 1 },
        status: { executed: 4, blocked: 1, 'awaiting-approval': 1 },
      },
    });
    expect(told.groups).toEqual([
      { key: 'green', count: 3, share: 3 / 6 },
      { key: 'amber', count: 2, share: 2 / 6 },
      { key: 'red', count: 1, share: 1 / 6 },
    ]);
    expect(told.latency.execution?.count).toBe(4);
    expect(told.latency.approval?.count).toBe(1);
    expect(told.latency.decision?.count).toBe(1);
    const counted = told.series.map(({ counts }) => counts).filter((of) => Object.keys(of).length);
    expect(counted).toEqual([{ green: 3, amber: 2, red: 1 }]);
  });

  it.each([
    ['requester', { ada: 3, bob: 3 }],
    ['tool', { '(none)': 5, sessions_list: 1 }],
    ['kind', { chat: 5, tool: 1 }],
    ['agent', { main: 6 }],
    ['policy', { default: 6 }],
    ['status', { executed: 4, blocked: 1, 'awaiting-approval': 1 }],
  ])('can be grouped by %s', async (groupBy, counts) => {
    const { groups } = await report(`groupBy=${groupBy}`);
    expect(Object.fromEntries(groups.map(({ key, count }) => [key, count]))).toEqual(counts);
  });

  it('is about the time that is asked for', async () => {
    const { total, series } = await report('from=2020-01-01&to=2020-01-03T00:00:00Z&interval=hour');
    expect([total, series.length]).toEqual([0, 48]);
  });
});

describe('An export', () => {
  const download = (what: string, as: Identity = 'audrey') =>
    docket.call(as, 'GET', `/v1/exports/${what}`);

  it('of requests has a row for each, newest first, as CSV that spreadsheets read safely', async () => {
    const answer = await download(`requests?format=csv&minPosition=${position}`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="docket-requests.csv"',
    });
    const [header = [], ...rows] = parseCsv(answer.text);
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column('requester')).toEqual(['ada', 'bob', 'bob', 'bob', 'ada', 'ada']);
    expect(column('risk')).toEqual(['amber', 'amber', 'red', 'green', 'green', 'green']);
    expect(column('request')[4]).toBe(`'=Summarise "this",\nplease`);
  });

  it('of requests as JSON lines has the same rows', async () => {
    const answer = await download(`requests?format=jsonl&minPosition=${position}`);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const rows = jsonLines(answer.text);
    expect(rows.map(({ status }) => status)).toEqual([
      'executed',
      'awaiting-approval',
      'blocked',
      'executed',
      'executed',
      'executed',
    ]);
    expect(rows[4]).toMatchObject({ request: '=Summarise "this",\nplease' });
  });

  it('of requests can be narrowed to a time', async () => {
    const { text } = await download('requests?format=jsonl&to=2020-01-01');
    expect(text).toBe('');
  });

  it('of events has the whole log, as CSV and as JSON lines', async () => {
    const log = await docket.log();
    const [header, ...rows] = parseCsv((await download('events?format=csv')).text);
    expect(header?.slice(0, 5)).toEqual(['id', 'type', 'stream', 'version', 'position']);
    expect(rows.map(([id]) => id)).toEqual(log.map(({ id }) => id));
    expect(jsonLines((await download('events?format=jsonl')).text)).toEqual(log);
  });

  it('of events has the tutorial’s form too', async () => {
    const log = await docket.log();
    const csv = await download('events?format=trace-csv');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="docket-traces.csv"');
    const [header, ...rows] = parseCsv(csv.text);
    expect(header).toEqual(['trace_id', 'ts', 'stage', 'payload']);
    const expected = log.map(({ stream, recordedAt, type, data }) => ({
      trace_id: stream.slice('governedRequest-'.length),
      ts: recordedAt,
      stage: type,
      payload: data,
    }));
    expect(
      rows.map(([trace_id, ts, stage, payload]) => ({
        trace_id,
        ts,
        stage,
        payload: JSON.parse(payload ?? ''),
      })),
    ).toEqual(expected);
    expect(jsonLines((await download('events?format=trace-jsonl')).text)).toEqual(expected);
  });

  it('of events begins behind a position and ends after a number of them', async () => {
    const log = await docket.log();
    const { text } = await download(`events?format=jsonl&after=${log[1]?.position}&limit=3`);
    expect(jsonLines(text)).toEqual(log.slice(2, 5));
  });

  it('shows analysts nothing that people or agents wrote', async () => {
    for (const what of [
      'requests?format=csv',
      'requests?format=jsonl',
      'events?format=jsonl',
      'events?format=csv',
      'events?format=trace-csv',
      'events?format=trace-jsonl',
    ]) {
      const [whole, counted] = [await download(what), await download(what, 'ana')];
      for (const word of ['Summarise', 'treasury', 'fake agent']) {
        expect(whole.text).toContain(word);
        expect(counted.text).not.toContain(word);
      }
      expect(counted.text.trimEnd().split('\n').length).toBeGreaterThan(1);
    }
  });
});

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
