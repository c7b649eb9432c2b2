import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import {
  DRAFT,
  MAIL_TO_ALL,
  SESSIONS,
  SUMMARY,
  TRANSFER,
  UPLOAD,
} from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

describe('A governed request', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket();
  });
  afterAll(() => docket.close());

  it('is carried out at once when its risk is low, and answered with its trace', async () => {
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY });
    expect(answer.status).toBe(201);
    const { id, ...shown } = trace.parse(answer.json());
    expect(answer.headers['location']).toBe(`/v1/requests/${id}`);
    expect(shown).toMatchObject({
      kind: 'chat',
      status: 'executed',
      requester: 'ada',
      requesterKind: 'machine',
      onBehalfOf: 'employee-001',
      agent: 'main',
      sessionKey: `docket-${id}`,
      content: { kind: 'chat', request: SUMMARY.request },
      classification: { risk: 'green', allow: true, requiresApproval: false, findings: [] },
      approval: null,
      blocked: null,
      execution: {
        outcome: 'executed',
        response: `The fake agent was asked: ${SUMMARY.request}`,
        runId: expect.stringMatching(/^chatcmpl_/),
        usage: { promptTokens: 5, completionTokens: 3, totalTokens: 8 },
        error: null,
      },
    });
    expect(
      await docket.call('ada', 'GET', `/v1/requests/${id}?minPosition=${shown.position}`),
    ).toMatchObject({ status: 200, text: answer.text });
  });

  it('is sent to the agent as it was asked', async () => {
    const body = { ...SUMMARY, agent: 'main', sessionKey: 'matter-7', temperature: 0.2 };
    await docket.submit('ada', body);
    expect(docket.gateway.calls.at(-1)).toEqual({
      kind: 'chat',
      request: SUMMARY.request,
      temperature: 0.2,
      agent: 'main',
      sessionKey: 'matter-7',
    });
  });

  it('waits for a person when its risk is moderate, and runs once another one approves', async () => {
    const calls = docket.gateway.calls.length;
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: DRAFT });
    expect(answer.status).toBe(201);
    const waiting = trace.parse(answer.json());
    expect(waiting).toMatchObject({
      status: 'awaiting-approval',
      classification: { risk: 'amber', allow: true, requiresApproval: true },
      approval: { state: 'waiting', quorum: 1, decisions: [] },
      execution: null,
    });
    expect(docket.gateway.calls).toHaveLength(calls);

    const [item] = await docket.waitingFor('grace', waiting.position);
    expect(item).toMatchObject({
      id: waiting.id,
      requester: 'ada',
      content: { request: DRAFT.request },
      contentDigest: waiting.contentDigest,
      risk: 'amber',
      granted: [],
    });

    const decided = await docket.decide('grace', 'approve', waiting);
    expect(decided.status).toBe(200);
    expect(decided.json()).toMatchObject({
      status: 'executed',
      approval: {
        state: 'approved',
        decisions: [{ by: 'grace', byKind: 'human', decision: 'approve' }],
      },
      execution: { outcome: 'executed' },
    });
    const { position } = trace.parse(decided.json());
    expect(await docket.waitingFor('grace', position)).toEqual([]);
    expect(docket.gateway.calls).toHaveLength(calls + 1);
    expect((await docket.eventsOf(waiting.id)).map(({ type, actor }) => [type, actor])).toEqual([
      ['Submitted', 'ada'],
      ['Classified', 'ada'],
      ['ApprovalRequested', 'ada'],
      ['ApprovalGranted', 'grace'],
      ['Approved', 'grace'],
      ['ExecutionStarted', 'docket'],
      ['Executed', 'docket'],
    ]);
  });

  it.each([
    ['a mail to all staff', MAIL_TO_ALL],
    ['a transfer of funds', TRANSFER],
    ['a shell command that uploads the home directory', UPLOAD],
    ['a tool that runs commands', { kind: 'tool', tool: 'exec', args: { command: 'id' } }],
  ])('is blocked when it is %s, and an alternative is offered', async (_, body) => {
    const calls = docket.gateway.calls.length;
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body });
    expect(answer.status).toBe(201);
    const blocked = trace.parse(answer.json());
    expect(blocked).toMatchObject({
      status: 'blocked',
      classification: { risk: 'red', allow: false },
      approval: null,
      execution: null,
      blocked: {
        by: 'policy:default',
        code: 'policy',
        alternative: expect.stringMatching(/draft|checklist|plan/i),
      },
    });
    expect(blocked.classification?.findings.length).toBeGreaterThan(0);
    expect(blocked.blocked?.reason).toBe(blocked.classification?.reason);
    expect(docket.gateway.calls).toHaveLength(calls);
    const types = (await docket.eventsOf(blocked.id)).map(({ type }) => type);
    expect(types).toEqual(['Submitted', 'Classified', 'Blocked']);
  });

  it('may be a call of a tool, which is governed the same way', async () => {
    const shown = await docket.submit('ada', SESSIONS);
    expect(shown).toMatchObject({
      kind: 'tool',
      status: 'executed',
      sessionKey: 'main',
      content: { kind: 'tool', tool: 'sessions_list', action: 'json', args: {} },
      classification: { risk: 'green', findings: [{ text: 'sessions_list' }] },
      execution: { runId: null, usage: null, response: '{"count":0,"sessions":[]}' },
    });
  });

  it('waits for a person when no rule knows its tool, and fails when the gateway has no such tool', async () => {
    const waiting = await docket.submit('ada', {
      kind: 'tool',
      tool: 'frobnicate',
      args: { a: 1 },
    });
    expect(waiting).toMatchObject({
      status: 'awaiting-approval',
      classification: { risk: 'amber', category: 'unknown-tool' },
    });
    const decided = await docket.decide('grace', 'approve', waiting);
    expect(decided.json()).toMatchObject({
      status: 'failed',
      execution: { outcome: 'failed', response: null, error: { code: 'tool-unknown' } },
    });
  });

  it('keeps what the service calls the matter with every event', async () => {
    const headers = { 'x-correlation-id': 'matter-42' };
    const { id } = await docket.submit('ada', SUMMARY, headers);
    const events = await docket.eventsOf(id);
    expect(new Set(events.map(({ correlationId }) => correlationId))).toEqual(
      new Set(['matter-42']),
    );
    const [submitted, , started] = events;
    expect(started?.causationId).toBe(id);
    expect(submitted?.causationId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
