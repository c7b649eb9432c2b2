import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory } from '../../../test/support/views/arbitrary-history.js';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import * as sample from '../../../test/support/views/sample-events.js';
import {
  append,
  record,
  recorded,
  type ViewBench,
} from '../../../test/support/views/view-bench.js';
import { RequestTraceQuery } from '../request-trace/request-trace.query.js';
import { exportEvents, type EventsExport } from './export-events.js';
import { exportRequests, type RequestsExport } from './export-requests.js';
import { parseCsv } from '../../../test/support/views/parse-csv.js';

const SECRET = 'SeCrEt';
const { submitted, classified, requested, started, executed } = sample;

onEachDatabase('Exports', ({ open, runs }) => {
  let bench: ViewBench;

  beforeEach(async () => {
    bench = await open();
    bench.projector.start();
  });
  afterEach(() => bench.close());

  const requests = async (
    over: Partial<RequestsExport>,
    { database }: ViewBench = bench,
  ): Promise<string> => {
    await bench.caughtUp();
    const asked = { format: 'jsonl', filter: {}, withoutContent: false, ...over } as const;
    return joined(exportRequests(new RequestTraceQuery(database), asked));
  };
  const events = (over: Partial<EventsExport>): Promise<string> =>
    joined(
      exportEvents(bench.store, { format: 'jsonl', after: null, withoutContent: false, ...over }),
    );

  it('have one row a request with all that is known of it', async () => {
    const id = randomUUID();
    await append(bench.store, id, submitted(), classified(), requested(), sample.granted('mia'));
    await append(bench.store, id, sample.approved('mia'), started(), executed());
    const expected = {
      id,
      status: 'executed',
      request: 'Summarise the internal AI policy',
      tool: null,
      risk: 'amber',
      requiresApproval: true,
      findings: [{ rule: 'mail', start: 0, end: 7, text: 'finance' }],
      policyName: 'default',
      approvalState: 'approved',
      decisions: [
        {
          by: 'mia',
          byKind: 'service',
          decision: 'approve',
          comment: 'Fine',
          at: '2026-01-01T00:00:09.000Z',
        },
      ],
      response: 'Here it is',
      totalTokens: 3,
      version: 6,
    };
    const [row] = linesOf(await requests({}));
    expect(row).toMatchObject(expected);
    const [header, cells] = parseCsv(await requests({ format: 'csv' }));
    expect(header).toEqual(Object.keys(row!));
    expect(Object.fromEntries(header!.map((name, at) => [name, cells![at]]))).toMatchObject({
      id,
      request: expected.request,
      tool: '',
      requiresApproval: 'true',
      findings: JSON.stringify(expected.findings),
      totalTokens: '3',
    });
  });

  it('show who resolved an unknown outcome, and as what', async () => {
    const id = randomUUID();
    const course = [submitted(), classified(), started(), sample.unknown()];
    await append(bench.store, id, ...course, sample.resolved('did-run'));
    const expected = {
      status: 'executed',
      response: null,
      errorCode: 'gateway-timeout',
      resolvedBy: 'grace',
      resolvedByKind: 'service',
      resolvedOutcome: 'did-run',
      resolutionComment: 'As the session says',
      resolvedAt: '2026-01-01T00:00:09.000Z',
    };
    expect(linesOf(await requests({}))).toMatchObject([expected]);
    const [header, cells] = parseCsv(await requests({ format: 'csv' }));
    const row = Object.fromEntries(header!.map((name, at) => [name, cells![at]]));
    expect(row).toMatchObject({ ...expected, response: '' });
    expect(parseCsv(await events({ format: 'trace-csv' })).at(-1)?.[2]).toBe('OutcomeResolved');
  });

  it('have a row for each request that the filter leaves and each event up to a limit, over all pages', async () => {
    for (let count = 0; count < 450; count += 1) {
      await append(
        bench.store,
        randomUUID(),
        submitted({ requester: count < 430 ? 'ada' : 'grace' }),
      );
    }
    expect(linesOf(await requests({ filter: { requester: 'ada' } }))).toHaveLength(430);
    expect(parseCsv(await requests({ format: 'csv' }))).toHaveLength(451);
    expect(linesOf(await events({ limit: 300 }))).toHaveLength(300);
    expect(linesOf(await events({}))).toHaveLength(450);
  });

  it('have one row an event with what was stored, from any position on, up to a limit', async () => {
    const id = randomUUID();
    await append(bench.store, id, submitted(), classified());
    await bench.store.append('others', -1, [
      { id: randomUUID(), type: 'Other', data: '{}', metadata: '{}' },
    ]);
    await append(bench.store, id, requested());
    const all = await recorded({
      ...bench.store,
      readAll: async () => bench.store.readStream(`governedRequest-${id}`),
    });
    const lines = linesOf(await events({}));
    expect(lines).toEqual(
      all.map(({ id: eventId, type, stream, version, position, data, metadata }) => ({
        id: eventId,
        type,
        stream,
        version,
        position: position.toString(),
        recordedAt: metadata.recordedAt,
        actor: metadata.actor,
        actorKind: 'service',
        roles: [],
        groups: [],
        credential: null,
        correlationId: 'correlation',
        causationId: 'causation',
        data,
      })),
    );
    expect(linesOf(await events({ after: all[0]!.position, limit: 1 }))).toEqual([lines[1]]);
    expect(linesOf(await events({ limit: 3 }))).toHaveLength(3);
    await expect(events({ after: 3n })).rejects.toMatchObject({ code: 'position-unknown' });
  });

  it("have the tutorial's form: trace_id, ts, stage, payload", async () => {
    const id = randomUUID();
    await append(bench.store, id, submitted(), classified());
    const payload = classified().data;
    expect(linesOf(await events({ format: 'trace-jsonl' }))[1]).toEqual({
      trace_id: id,
      ts: '2026-01-01T00:00:00.000Z',
      stage: 'Classified',
      payload,
    });
    const rows = parseCsv(await events({ format: 'trace-csv' }));
    expect(rows[0]).toEqual(['trace_id', 'ts', 'stage', 'payload']);
    expect(rows[2]?.slice(0, 3)).toEqual([id, '2026-01-01T00:00:00.000Z', 'Classified']);
    expect(JSON.parse(rows[2]![3]!)).toEqual(payload);
  });

  it('hold a header when there is nothing to export', async () => {
    expect(await events({ format: 'trace-csv' })).toBe('trace_id,ts,stage,payload\r\n');
    expect(await requests({})).toBe('');
  });

  it('are CSV that any reader takes apart as it was put together, and no cell is a formula', async () => {
    const nasty = fc.oneof(
      fc.constantFrom('=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '"=1"', 'a,"b"\r\nc', 'a\nb', "'x"),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(nasty, async (request) => {
        const other = await open();
        await append(other.store, randomUUID(), submitted({ content: { kind: 'chat', request } }));
        other.projector.start();
        await other.caughtUp();
        const asked = { format: 'csv', filter: {}, withoutContent: false } as const;
        const rows = parseCsv(
          await joined(exportRequests(new RequestTraceQuery(other.database), asked)),
        );
        const cell = rows[1]![rows[0]!.indexOf('request')]!;
        expect(cell).toBe(/^[=+\-@\t\r＝＋－＠]/u.test(request) ? `'${request}` : request);
        expect(rows).toHaveLength(2);
        await other.close();
      }),
      { numRuns: runs(60) },
    );
  });

  it('are JSONL with one object a line, whatever is in the texts', async () => {
    const request = 'line\r\nbreak\u2028 "quoted" =1+1';
    await append(bench.store, randomUUID(), submitted({ content: { kind: 'chat', request } }));
    expect(linesOf(await requests({}))).toMatchObject([{ request }]);
  });

  it('show analysts nothing that people, agents or gateways wrote', async () => {
    for (const [id, ...course] of secretCourses()) await append(bench.store, id, ...course);
    const readable = [await requests({}), await events({})];
    for (const text of readable) expect(text).toContain(SECRET);
    const formats = ['csv', 'jsonl'] as const;
    for (const format of formats) {
      expect(await requests({ format, withoutContent: true })).not.toContain(SECRET);
      expect(await events({ format, withoutContent: true })).not.toContain(SECRET);
      expect(await events({ format: `trace-${format}`, withoutContent: true })).not.toContain(
        SECRET,
      );
    }
    const [row] = linesOf(await requests({ withoutContent: true }));
    expect(row).toMatchObject({ request: null, sessionKey: null, requester: 'ada' });
    expect(linesOf(await events({ withoutContent: true }))).toHaveLength(
      linesOf(await events({})).length,
    );
  });

  it('hold the same requests for analysts as for auditors, without what is hidden', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const other = await open();
        await record(other.store, history);
        other.projector.start();
        await other.caughtUp();
        const [full, hidden] = await Promise.all(
          [false, true].map(async (withoutContent) =>
            linesOf(await requests({ withoutContent }, other)),
          ),
        );
        const plain = [
          'id',
          'status',
          'risk',
          'category',
          'contentDigest',
          'approvalState',
          'version',
        ];
        const seen = (rows: readonly object[]) =>
          rows.map((row) => Object.entries(row).filter(([name]) => plain.includes(name)));
        expect(seen(hidden!)).toEqual(seen(full!));
        await other.close();
      }),
      { numRuns: runs(10) },
    );
  });

  it('show an event that this version cannot read as it is stored, and to analysts without its data', async () => {
    const [id, data] = [randomUUID(), JSON.stringify({ note: SECRET })];
    await bench.store.append(`governedRequest-${id}`, -1, [
      { id: randomUUID(), type: 'Teleported', data, metadata: '{}' },
    ]);
    const row = { type: 'Teleported', recordedAt: null, actor: null };
    expect(linesOf(await events({}))).toMatchObject([{ ...row, data: { note: SECRET } }]);
    expect(linesOf(await events({ withoutContent: true }))).toMatchObject([{ ...row, data: null }]);
  });
});

/** Requests in which every text that must stay hidden holds the secret. */
function secretCourses() {
  const chat = { kind: 'chat', request: SECRET } as const;
  const tool = { kind: 'tool', tool: SECRET, action: SECRET, args: { [SECRET]: SECRET } } as const;
  const asked = submitted({ content: chat, sessionKey: SECRET });
  const judged = classified({
    reason: SECRET,
    findings: [{ rule: 'rule', start: 0, end: 6, text: SECRET }],
  });
  const amended = sample.amended('mia');
  const refused = sample.refused('mia');
  const blocked = sample.blocked('refused');
  const failed = sample.failed();
  const unknown = sample.unknown();
  const resolved = sample.resolved('did-run');
  return [
    [
      randomUUID(),
      asked,
      judged,
      requested(),
      { ...amended, data: { ...amended.data, content: tool, comment: SECRET } },
      judged,
      requested(),
      { ...refused, data: { ...refused.data, comment: SECRET } },
      { ...blocked, data: { ...blocked.data, reason: SECRET } },
    ],
    [randomUUID(), asked, judged, started(), executed({ response: SECRET })],
    [
      randomUUID(),
      asked,
      judged,
      started(),
      { ...failed, data: { ...failed.data, message: SECRET } },
    ],
    [
      randomUUID(),
      asked,
      judged,
      started(),
      { ...unknown, data: { ...unknown.data, reason: SECRET } },
      { ...resolved, data: { ...resolved.data, comment: SECRET } },
    ],
  ] as const;
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const linesOf = (jsonl: string): readonly Record<string, unknown>[] =>
  jsonl
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
