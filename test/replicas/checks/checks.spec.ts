import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { finishExecution } from '../../../src/governed-request/execute-request/finish-execution.js';
import { evolve, notSubmitted } from '../../../src/governed-request/governed-request.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import {
  approved,
  asking,
  minutesLater,
  NOON,
  rejected,
  started,
  submission,
  submitted,
} from '../../support/governed/commands.js';
import { testPolicy } from '../../support/governed/test-policy.js';
import type { Answered } from '../support/answered.js';
import type { GatewayCall } from '../support/recording-gateway.js';
import { checkAnswers } from './check-answers.js';
import { checkCalls } from './check-calls.js';
import { checkStreams } from './check-streams.js';
import { checkViews } from './check-views.js';

type Events = readonly GovernedRequestEvent[];

const ID = randomUUID();
const RESPONSE = 'Here it is.';
const answer = { runId: 'chatcmpl_1', response: RESPONSE, usage: null };

const finished = (history: Events): Events => [
  ...history,
  ...finishExecution(
    history.reduce(evolve, notSubmitted),
    { kind: 'answered', answer },
    minutesLater(7),
  ),
];

const green = submitted(submission());
const waiting = submitted(asking('an amber request'));
const waitingForTwo = submitted(asking('an amber request'), testPolicy({ quorum: 2 }));
const executed = finished(started(green));
const executedOnApproval = finished(started(approved(waiting)));
const last = (history: Events): Events => history.slice(-1);
const without = (history: Events, type: string): Events =>
  history.filter((event) => event.type !== type);

const recorded = (history: Events): readonly RecordedEvent[] =>
  history.map((event, version) => ({
    ...event,
    version,
    id: randomUUID(),
    requestId: ID,
    stream: `governedRequest-${ID}`,
    position: BigInt(version + 1),
    metadata: {
      $correlationId: ID,
      $causationId: ID,
      actor: 'ada',
      actorKind: 'machine',
      roles: [],
      groups: [],
      credential: null,
      recordedAt: NOON.toISOString(),
      schemaVersion: 1,
    },
  }));

const streamsOf = (history: Events) => new Map([[ID, recorded(history)]]);

describe('The check of streams', () => {
  it.each([
    ['executed', executed],
    ['executed on approval', executedOnApproval],
    ['refused', rejected(waiting)],
  ])('has nothing to say of a request that was %s', (_, history) => {
    expect(checkStreams(streamsOf(history))).toEqual([]);
  });

  it.each<[string, Events, string]>([
    ['a second outcome', [...executed, ...last(executed)], '2 final outcomes'],
    ['no outcome', started(green), '0 final outcomes'],
    ['something behind its outcome', [...executed, ...last(started(green))], 'behind its outcome'],
    ['two starts', [...started(green), ...executed.slice(-2)], 'started 2 times'],
    ['two submissions', [...green.slice(0, 1), ...executed], 'not submitted exactly once'],
    ['a start without approval', without(executedOnApproval, 'Approved'), 'without being allowed'],
    [
      'a start of something else than was approved',
      executedOnApproval.map((event) =>
        event.type === 'Approved'
          ? { ...event, data: { ...event.data, contentDigest: '0'.repeat(64) } }
          : event,
      ),
      'without being allowed',
    ],
    ['an approval nobody gave', without(executedOnApproval, 'ApprovalGranted'), 'too few people'],
    [
      'one approver instead of two',
      [...waitingForTwo, ...executedOnApproval.slice(waiting.length)],
      'too few people',
    ],
    [
      'two approvals',
      [...approved(waiting), ...last(approved(waiting)), ...executedOnApproval.slice(-2)],
      'approved 2 times',
    ],
  ])('finds %s', (_, history, fault) => {
    expect(checkStreams(streamsOf(history)).join()).toContain(fault);
  });

  it('finds a lost event, and one out of order', () => {
    const events = recorded(executed);
    const gap = new Map([[ID, events.toSpliced(2, 1)]]);
    const swapped = events.map((event) => ({ ...event, position: -event.position }));
    expect(checkStreams(gap).join()).toContain('gap');
    expect(checkStreams(new Map([[ID, swapped]])).join()).toContain('do not grow');
  });
});

describe('The check of calls', () => {
  const call: GatewayCall = {
    requestId: ID,
    at: minutesLater(6.5).getTime(),
    response: RESPONSE,
  };

  it('has nothing to say of one call that was recorded with its answer', () => {
    expect(checkCalls(streamsOf(executed), [call])).toEqual([]);
  });

  it.each<[string, Events, readonly GatewayCall[], string]>([
    ['a second call', executed, [call, call], 'called 2 times'],
    ['an execution without a call', executed, [], 'never called'],
    ['a call without a start', rejected(waiting), [call], 'without a start'],
    ['a call before the start', executed, [{ ...call, at: NOON.getTime() }], 'before the start'],
    [
      'a call behind the deadline',
      executed,
      [{ ...call, at: minutesLater(60).getTime() }],
      'after its deadline',
    ],
    ['another answer', executed, [{ ...call, response: 'Another.' }], 'not the one'],
    ['a call for nothing', executed, [call, { ...call, requestId: 'x' }], 'nobody recorded'],
  ])('finds %s', (_, history, calls, fault) => {
    expect(checkCalls(streamsOf(history), calls).join()).toContain(fault);
  });
});

describe('The check of answers', () => {
  const streams = streamsOf(executedOnApproval);
  const traceAt = (version: number) => traceOf((streams.get(ID) ?? []).slice(0, version + 1));
  const said = { requestId: ID, replica: 'replica-1', told: null, code: null };
  const submittedAnswer: Answered = {
    ...said,
    act: 'submit',
    as: 'ada',
    status: 201,
    told: traceAt(2),
  };
  const approvedAnswer: Answered = {
    ...said,
    act: 'approve',
    as: 'grace',
    status: 200,
    told: traceAt(4),
  };
  const both = [submittedAnswer, approvedAnswer];
  const late: Answered = {
    ...said,
    act: 'approve',
    as: 'linus',
    status: 409,
    code: 'not-awaiting-approval',
  };
  const silence: Answered = { ...said, act: 'approve', as: 'grace', status: 0 };

  it('has nothing to say where the log bears them out', () => {
    expect(checkAnswers(streams, [...both, late])).toEqual([]);
    expect(checkAnswers(streams, [submittedAnswer, silence])).toEqual([]);
  });

  it.each<[string, readonly Answered[], string]>([
    [
      'what the log does not say',
      [submittedAnswer, { ...approvedAnswer, told: traceAt(2) && { ...traceAt(2)!, version: 4 } }],
      'which the log does not say',
    ],
    [
      'a version that is not there',
      [submittedAnswer, { ...approvedAnswer, told: { ...traceAt(4)!, version: 40 } }],
      'which the log does not say',
    ],
    [
      'a failure of the service',
      [...both, { ...late, status: 500, code: 'internal-error' }],
      '500',
    ],
    [
      'an unclear refusal',
      [...both, { ...late, code: 'store-version-conflict' }],
      'store-version-conflict',
    ],
    [
      'a refused submission',
      [...both, { ...submittedAnswer, status: 422, told: null, code: 'x' }],
      '422',
    ],
    ['two who both did it', [...both, approvedAnswer], 'told 2 times and recorded 1'],
    ['two who were both the first', [submittedAnswer, ...both], 'told 2 times and recorded 1'],
    ['a deed nobody was told of', [submittedAnswer], 'told 0 times and recorded 1'],
  ])('finds %s', (_, answers, fault) => {
    expect(checkAnswers(streams, answers).join()).toContain(fault);
  });
});

describe('The check of views', () => {
  const streams = streamsOf(executed);
  const shown = traceOf(recorded(executed))!;
  const report = {
    from: '',
    to: '',
    interval: 'day' as const,
    groupBy: 'policy' as const,
    position: '4',
    total: 1,
    groups: [{ key: 'test', count: 1, share: 1 }],
    otherCount: 0,
    totals: { risk: {}, status: {}, category: {} },
    series: [],
    latency: { decision: null, approval: null, execution: null },
  };
  const view = { replica: 'replica-1', traces: new Map([[ID, shown]]), report };

  it('has nothing to say where all show what the log says', () => {
    expect(checkViews(streams, [view, view], 'test')).toEqual([]);
  });

  it.each([
    [
      'an old trace',
      { ...view, traces: new Map([[ID, { ...shown, version: 2 }]]) },
      'at version 2',
    ],
    ['a missing trace', { ...view, traces: new Map() }, 'undefined'],
    [
      'a trace too many',
      {
        ...view,
        traces: new Map([
          [ID, shown],
          ['x', shown],
        ]),
      },
      'does not have',
    ],
    ['another report', { ...view, report: { ...report, total: 2 } }, 'reports otherwise'],
    ['a wrong count', { ...view, report: { ...report, groups: [] } }, 'counts undefined'],
  ])('finds %s', (_, other, fault) => {
    expect(checkViews(streams, [view, other], 'test').join()).toContain(fault);
  });
});
