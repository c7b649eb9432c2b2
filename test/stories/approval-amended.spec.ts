import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timeline } from '../../src/cli/timeline.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SESSIONS } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const TEXT = DRAFT.request.replace('first', 'second');
const KEY = { 'idempotency-key': 'budget-mail' };

let docket: TestDocket;
let submitted: Trace;
let amended: Trace;
let approved: Trace;

beforeAll(async () => {
  docket = await startTestDocket();
  submitted = await docket.submit('ada', { ...DRAFT, temperature: 0.5 }, KEY);
  const edit = { request: TEXT };
  const comment = 'They asked about the second quarter.';
  amended = shown(await docket.amend('grace', submitted, edit, { comment }));
  await docket.traceOf(amended.id, amended.position);
});
afterAll(() => docket.close());

const shown = (answer: { readonly status: number; json(): unknown; readonly text: string }) => {
  if (answer.status !== 200) throw new Error(`It was not taken: ${answer.text}`);
  return trace.parse(answer.json());
};
const get = (as: Identity, path: string) => docket.call(as, 'GET', path);

describe('An approver who amends what waits', () => {
  it('has everything but the text left as it was, and the request wait for somebody else', () => {
    expect(amended).toMatchObject({
      status: 'awaiting-approval',
      content: { kind: 'chat', request: TEXT, temperature: 0.5 },
      agent: submitted.agent,
      sessionKey: submitted.sessionKey,
      approval: {
        state: 'waiting',
        expiresAt: submitted.approval?.expiresAt,
        decisions: [
          {
            by: 'grace',
            byKind: 'human',
            decision: 'amend',
            comment: 'They asked about the second quarter.',
          },
          { by: 'grace', decision: 'approve', comment: null },
        ],
      },
    });
    expect(amended.contentDigest).not.toBe(submitted.contentDigest);
  });

  it('has both versions shown with what is different between them', async () => {
    const { versions } = amended;
    expect(versions).toMatchObject([
      {
        contentDigest: submitted.contentDigest,
        content: submitted.content,
        by: 'ada',
        byKind: 'machine',
        at: submitted.submittedAt,
        comment: null,
        classification: submitted.classification,
        approvedBy: [],
        difference: null,
      },
      {
        contentDigest: amended.contentDigest,
        content: amended.content,
        by: 'grace',
        byKind: 'human',
        comment: 'They asked about the second quarter.',
        classification: amended.classification,
        approvedBy: ['grace'],
        difference: {
          tooDifferent: false,
          changes: [{ path: '/request', start: 45, removed: 'first', added: 'second' }],
        },
      },
    ]);
    for (const as of ['ada', 'linus', 'audrey'] as const) {
      expect((await get(as, `/v1/requests/${amended.id}`)).json()).toEqual(amended);
    }
  });

  it('is out of its queue, while all others see the new text there', async () => {
    const waiting = async (as: Identity) =>
      (await docket.waitingFor(as, amended.position)).filter(({ id }) => id === amended.id);
    expect(await waiting('grace')).toEqual([]);
    expect(await waiting('linus')).toMatchObject([
      { content: amended.content, contentDigest: amended.contentDigest, granted: ['grace'] },
    ]);
  });

  it('cannot approve it alone, and nobody can approve what it was before', async () => {
    const own = await docket.decide('grace', 'approve', amended);
    expect([own.status, own.json()]).toMatchObject([409, { code: 'already-decided' }]);
    const stale = await docket.decide('linus', 'approve', submitted);
    expect([stale.status, stale.json()]).toMatchObject([409, { code: 'content-changed' }]);
    expect(docket.gateway.calls).toEqual([]);
  });

  it('does not keep its requester from asking again what became of it', async () => {
    const again = await docket.submit('ada', { ...DRAFT, temperature: 0.5 }, KEY);
    expect(again).toEqual(amended);
  });

  it('has exactly the new text carried out once somebody else approves it', async () => {
    approved = shown(await docket.decide('linus', 'approve', amended));
    expect(approved).toMatchObject({
      status: 'executed',
      content: amended.content,
      approval: { state: 'approved' },
      versions: [{ approvedBy: [] }, { approvedBy: ['grace', 'linus'] }],
    });
    expect(docket.gateway.calls).toMatchObject([
      { request: TEXT, temperature: 0.5, sessionKey: submitted.sessionKey },
    ]);
    const events = await docket.eventsOf(amended.id);
    expect(events.slice(3).map(({ type, actor }) => [type, actor])).toEqual([
      ['ContentAmended', 'grace'],
      ['Classified', 'grace'],
      ['ApprovalRequested', 'grace'],
      ['ApprovalGranted', 'grace'],
      ['ApprovalGranted', 'linus'],
      ['Approved', 'linus'],
      ['ExecutionStarted', 'docket'],
      ['Executed', 'docket'],
    ]);
    expect(events[3]).toMatchObject({
      actorKind: 'human',
      roles: ['approver'],
      credential: expect.stringMatching(/^key:/),
    });
    const { contentDigest } = amended;
    for (const type of ['Approved', 'ExecutionStarted']) {
      expect(events.find((event) => event.type === type)?.data).toMatchObject({ contentDigest });
    }
  });
});

describe('An amended request', () => {
  it('shows as of a past moment the versions that there were', async () => {
    const asOf = async (position: string) =>
      trace.parse((await get('audrey', `/v1/requests/${amended.id}?asOf=${position}`)).json());
    expect((await asOf(submitted.position)).versions).toBeNull();
    expect(await asOf(amended.position)).toEqual({ ...amended, queued: null });
  });

  it('has no versions in lists', async () => {
    const path = `/v1/requests?minPosition=${approved.position}`;
    const { items } = tracePage.parse((await get('audrey', path)).json());
    expect(items).toEqual([{ ...approved, versions: null }]);
  });

  it('shows an analyst who amended and approved it, and not a word of it', async () => {
    const answer = await get('ana', `/v1/requests/${amended.id}?minPosition=${approved.position}`);
    const { versions } = trace.parse(answer.json());
    expect(versions).toMatchObject([
      { by: 'ada', content: null, comment: null, difference: null, approvedBy: [] },
      {
        by: 'grace',
        content: null,
        comment: null,
        difference: null,
        approvedBy: ['grace', 'linus'],
      },
    ]);
    const exported = await get('ana', '/v1/exports/events?format=jsonl');
    expect(exported.text).toContain('ContentAmended');
    for (const text of [answer.text, exported.text]) {
      expect(text).not.toMatch(/quarter|budget|Draft|They asked/);
    }
  });

  it('is told as a timeline with what was changed, and exported', async () => {
    expect(timeline(await docket.eventsOf(amended.id))).toMatch(
      /ContentAmended {2}by grace, human [^]*? {4}changed: \/request at 45: "first" → "second"\n[^]* {2}Executed/,
    );
    const exported = await get('audrey', '/v1/exports/requests?format=csv');
    expect(exported.text).toContain('They asked about the second quarter.');
    expect(exported.text).toContain(TEXT);
  });
});

describe('The call of a tool', () => {
  it('is amended by its arguments alone', async () => {
    const call = { ...SESSIONS, tool: 'message', args: { to: 'all@example.com', text: 'Hello' } };
    const waiting = await docket.submit('ada', call);
    expect(waiting.status).toBe('awaiting-approval');
    const edit = { kind: 'tool', args: { to: 'team@example.com', text: 'Hello' } };
    const next = shown(await docket.amend('grace', waiting, edit));
    const changes = [{ path: '/args/to', start: 0, removed: 'all', added: 'team' }];
    expect(next.versions?.[1]?.difference).toEqual({ tooDifferent: false, changes });
    await docket.decide('linus', 'approve', next);
    expect(docket.gateway.calls.at(-1)).toMatchObject({
      tool: 'message',
      action: 'json',
      args: { to: 'team@example.com', text: 'Hello' },
      sessionKey: 'main',
    });
  });
});
