import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryRequest } from '../../../test/support/views/arbitrary-history.js';
import * as sample from '../../../test/support/views/sample-events.js';
import type { GovernedRequestEvent } from '../../governed-request/governed-request.events.js';
import { evolve, notSubmitted } from '../../governed-request/governed-request.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import { traceOf } from './evolve-trace.js';
import { parseTrace } from './parse-trace.js';
import type { RecordedTrace } from './trace.js';

const ID = '019aa0a0-0000-7000-8000-000000000000';

const recordedAs = (id: string, events: readonly GovernedRequestEvent[]): RecordedEvent[] =>
  events.map((event, version) => ({
    ...event,
    id: `event-${version}`,
    requestId: id,
    stream: `governedRequest-${id}`,
    version,
    position: BigInt(version) + 10n,
    metadata: {
      $correlationId: 'c',
      $causationId: 'c',
      actor: 'docket',
      actorKind: 'service',
      roles: [],
      groups: [],
      credential: null,
      recordedAt: '2026-01-01T00:00:00.000Z',
      schemaVersion: 1,
    },
  }));

/** What `recordedAs` has everything recorded by. */
const byKind = 'service';

const trace = (...events: GovernedRequestEvent[]): RecordedTrace =>
  traceOf(recordedAs(ID, events))!;

describe('The trace of a request', () => {
  const { submitted, classified, requested, granted, started, executed } = sample;

  it('is null without events', () => {
    expect(traceOf([])).toBeNull();
  });

  it('begins with what was submitted, not yet classified', () => {
    expect(trace(submitted({ requester: 'grace', onBehalfOf: 'ada' }))).toEqual({
      id: ID,
      kind: 'chat',
      status: 'submitted',
      requester: 'grace',
      requesterKind: byKind,
      onBehalfOf: 'ada',
      agent: 'main',
      sessionKey: 'docket:1',
      submittedAt: '2026-01-01T00:00:00.000Z',
      content: { kind: 'chat', request: 'Summarise the internal AI policy' },
      contentDigest: sample.DIGEST,
      classification: null,
      approval: null,
      execution: null,
      blocked: null,
      version: 0,
      position: '10',
    });
  });

  it('keeps every decision of an approval and closes it once the quorum is met', () => {
    const terms = requested({ quorum: 2, eligible: ['finance'] });
    const half = trace(submitted(), classified(), terms, granted('mia'));
    expect(half.status).toBe('awaiting-approval');
    expect(half.approval).toMatchObject({ state: 'waiting', quorum: 2, eligible: ['finance'] });
    const given = [
      granted('mia', ['finance']),
      granted('noah', [], 'zoe'),
      sample.approved('mia', 'noah'),
    ];
    const whole = trace(submitted(), classified(), terms, ...given);
    expect(whole.status).toBe('approved');
    expect(whole.approval?.state).toBe('approved');
    const said = { byKind, decision: 'approve', standsInFor: null, comment: 'Fine' };
    const approval = { ...said, at: '2026-01-01T00:00:09.000Z' };
    expect(whole.approval?.decisions).toEqual([
      { ...approval, by: 'mia', groups: ['finance'] },
      { ...approval, by: 'noah', groups: [], standsInFor: 'zoe' },
    ]);
  });

  it('says what is missing of a waiting approval, and nothing behind it', () => {
    const one = { group: 'finance', count: 1 };
    const begun = [submitted(), classified(), requested({ quorum: 2, atLeast: [one] })];
    const missing = (...events: GovernedRequestEvent[]) =>
      trace(...begun, ...events).approval?.missing;
    const [mia, noah] = [granted('mia'), granted('noah')];
    expect(missing()).toEqual({ approvals: 2, atLeast: [one] });
    expect(missing(mia)).toEqual({ approvals: 1, atLeast: [one] });
    expect(missing(mia, noah)).toEqual({ approvals: 1, atLeast: [one] });
    expect(missing(granted('mia', ['finance']))).toEqual({ approvals: 1, atLeast: [] });
    const enough = [mia, granted('olga', ['finance']), sample.approved('mia', 'olga')];
    expect(missing(...enough)).toBeNull();
    expect(missing(mia, sample.expired(), sample.blocked('expired'))).toBeNull();
    expect(missing(mia, sample.refused('noah'), sample.blocked('refused'))).toBeNull();
  });

  it('counts nothing that was said before the content was amended', () => {
    const begun = [submitted(), classified(), requested({ quorum: 2 }), granted('mia')];
    const again = [sample.amended('noah'), classified(), requested({ quorum: 2 })];
    const anew = trace(...begun, ...again, granted('noah'));
    expect(anew.approval?.missing).toEqual({ approvals: 1, atLeast: [] });
  });

  it('misses one more approval where nobody but editors approved', () => {
    const begun = [submitted(), classified(), requested()];
    const twice = ['mia', 'noah'].flatMap((editor) => [
      sample.amended(editor),
      classified(),
      requested(),
      granted(editor),
    ]);
    const missing = { approvals: 1, atLeast: [] };
    expect(trace(...begun, ...twice).approval?.missing).toEqual(missing);
    expect(trace(...begun, ...twice, granted('mia')).approval?.missing).toEqual(missing);
    expect(trace(...begun, ...twice, granted('olga')).approval?.missing).toBeNull();
  });

  it('shows reminders and the escalation with the times at which they were recorded', () => {
    const at = '2026-01-01T00:00:05.000Z';
    const terms = requested({ reminders: [at, at], escalation: { at, to: ['board'] } });
    const waiting = trace(submitted(), classified(), terms).approval;
    expect(waiting?.reminders).toEqual([
      { at, remindedAt: null },
      { at, remindedAt: null },
    ]);
    expect(waiting?.escalation).toEqual({ at, to: ['board'], escalatedAt: null });
    const passed = [sample.reminded(2), sample.escalated(['board'])];
    const later = trace(submitted(), classified(), terms, ...passed).approval;
    const recorded = '2026-01-01T00:00:09.000Z';
    expect(later?.reminders).toEqual([
      { at, remindedAt: null },
      { at, remindedAt: recorded },
    ]);
    expect(later?.escalation).toEqual({ at, to: ['board'], escalatedAt: recorded });
  });

  it('shows amended content without the old classification, then with the new one', () => {
    const before = [submitted(), classified(), requested(), sample.amended('mia')];
    const between = trace(...before);
    expect(between).toMatchObject({
      status: 'submitted',
      kind: 'tool',
      content: { tool: 'sessions_list' },
      contentDigest: sample.AMENDED_DIGEST,
      classification: null,
    });
    const after = trace(...before, classified({ category: 'reading' }), requested({ quorum: 3 }));
    expect(after).toMatchObject({
      status: 'awaiting-approval',
      classification: { category: 'reading' },
    });
    expect(after.approval).toMatchObject({ state: 'waiting', quorum: 3 });
    expect(after.approval?.decisions).toMatchObject([{ by: 'mia', decision: 'amend' }]);
  });

  it.each([
    ['refused', 'refused'],
    ['expired', 'expired'],
    ['withdrawn', 'withdrawn'],
    ['policy', 'refused'],
  ] as const)('closes a waiting approval that is blocked as %s', (code, state) => {
    const waiting = [submitted(), classified(), requested(), sample.refused('mia')];
    const blocked = trace(...waiting, sample.blocked(code));
    expect(blocked).toMatchObject({ status: 'blocked', approval: { state }, blocked: { code } });
  });

  it('leaves a given approval given when the request is withdrawn before it runs', () => {
    const given = [submitted(), classified(), requested(), granted('mia'), sample.approved('mia')];
    expect(trace(...given, sample.blocked('withdrawn')).approval?.state).toBe('approved');
  });

  it('tells what came of the execution', () => {
    const running = [submitted(), classified(), started()];
    expect(trace(...running)).toMatchObject({
      status: 'executing',
      execution: { outcome: 'running' },
    });
    expect(trace(...running, executed())).toMatchObject({
      status: 'executed',
      execution: {
        outcome: 'executed',
        startedAt: '2026-01-01T00:00:00.000Z',
        finishedAt: '2026-01-01T00:00:09.000Z',
        runId: 'run-1',
        response: 'Here it is',
        usage: { totalTokens: 3 },
        error: null,
      },
    });
    expect(trace(...running, sample.failed())).toMatchObject({
      status: 'failed',
      execution: {
        outcome: 'failed',
        error: { code: 'gateway-unreachable', message: 'No gateway' },
      },
    });
    expect(trace(...running, sample.unknown())).toMatchObject({
      status: 'outcome-unknown',
      execution: {
        outcome: 'unknown',
        error: { code: 'gateway-timeout', message: 'No answer in time' },
      },
    });
  });

  it.each([
    ['did-run', 'executed'],
    ['did-not-run', 'failed'],
  ] as const)('shows an unknown outcome that somebody resolved as %s', (outcome, status) => {
    const { resolved, unknown } = sample;
    const before = trace(submitted(), classified(), started(), unknown());
    const after = trace(submitted(), classified(), started(), unknown(), resolved(outcome));
    expect(before.execution?.resolution).toBeNull();
    expect(after).toMatchObject({
      status,
      execution: {
        ...before.execution,
        outcome: status,
        response: null,
        error: { code: 'gateway-timeout', message: 'No answer in time' },
        resolution: { by: 'grace', byKind, outcome, comment: 'As the session says' },
      },
    });
  });

  it('stands where its write side stands, behind any event of any request', () => {
    fc.assert(
      fc.property(arbitraryRequest, ({ id, events }) => {
        const { status, version, position } = traceOf(recordedAs(id, events))!;
        expect(status).toBe(events.reduce(evolve, notSubmitted).status);
        expect([version, position]).toEqual([events.length - 1, String(events.length + 9)]);
      }),
    );
  });

  it('is the same text whether or not it was stored in between', () => {
    fc.assert(
      fc.property(arbitraryRequest, ({ id, events }) => {
        const text = JSON.stringify(traceOf(recordedAs(id, events)));
        expect(JSON.stringify(parseTrace(text))).toBe(text);
      }),
    );
  });

  it.each<[string, GovernedRequestEvent[]]>([
    ['a request that does not begin with its submission', [classified()]],
    ['a second submission', [submitted(), submitted()]],
    ['an approval nobody asked for', [submitted(), classified(), granted('mia')]],
    ['an answer to nothing', [submitted(), classified(), executed()]],
    [
      'a resolution of what is known',
      [submitted(), classified(), started(), executed(), sample.resolved('did-run')],
    ],
  ])('refuses %s', (_, events) => {
    expect(() => trace(...events)).toThrow(expect.objectContaining({ name: 'MisplacedEvent' }));
  });

  it('refuses a stream with a gap, and one that is named after no request', () => {
    const [first, , third] = recordedAs(ID, [submitted(), classified(), requested()]);
    expect(() => traceOf([first!, third!])).toThrow('out of place');
    expect(() => traceOf(recordedAs('x', [submitted()]))).toThrow('no UUID');
  });
});
