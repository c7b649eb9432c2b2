import { describe, expect, it } from '@jest/globals';
import {
  approved,
  asking,
  DEADLINE,
  digestOf,
  minutesLater,
  rejected,
  started,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import type { AgentCall } from '../../openclaw/agent-gateway.js';
import { sha256 } from '../content-digest.js';
import { evolve, notSubmitted } from '../governed-request.js';
import { abandonExecution } from './abandon-execution.js';
import { agentCall, isAllowed, type Executing } from './agent-call.js';
import { finishExecution, type ExecutionOutcome } from './finish-execution.js';
import { mayExecute, startExecution } from './start-execution.js';

type Request = Parameters<typeof startExecution>[0];

const green = submitted(submission());
const waiting = submitted(asking('an amber request'));

const starting = (request: Request) => startExecution(request, minutesLater(6), DEADLINE);
const finishing = (outcome: ExecutionOutcome) => (request: Request) =>
  finishExecution(request, outcome, minutesLater(7));

describe('starting an execution', () => {
  it('is allowed for a green request', () => {
    given(green)
      .when(starting)
      .records([
        'ExecutionStarted',
        { attempt: 1, contentDigest: digestOf(green), deadline: '2026-11-22T12:09:00.000Z' },
      ]);
  });

  it('is allowed for an approved one', () => {
    given(approved(waiting))
      .when(starting)
      .records(['ExecutionStarted', { contentDigest: digestOf(waiting) }]);
  });

  it.each([
    ['waits', waiting],
    [
      'waits for a second approver',
      approved(submitted(asking('an amber request'), testPolicy({ quorum: 2 }))),
    ],
    ['was refused', rejected(waiting)],
    ['is red', submitted(asking('a red request'))],
    ['was started before', started(green)],
    ['was never submitted', []],
  ])('is refused for one that %s', (_, history) => {
    given(history).when(starting).refuses('not-executable');
    expect(mayExecute(history.reduce(evolve, notSubmitted))).toBe(false);
  });
});

describe('what goes to the gateway', () => {
  const executing = started(approved(waiting)).reduce(evolve, notSubmitted) as Executing;
  const call = agentCall(executing);

  it('is what was allowed', () => {
    expect(isAllowed(call, executing)).toBe(true);
  });

  it.each([
    ['other words', { ...call, request: 'another amber request' }],
    ['another agent', { ...call, agent: 'other' }],
    ['another conversation', { ...call, sessionKey: 'docket-2' }],
    ['another temperature', { ...call, temperature: 0.1 }],
    ['a call of a tool', { ...call, kind: 'tool', tool: 'exec', action: 'json', args: {} }],
  ] as [string, AgentCall][])('is not with %s', (_, other) => {
    expect(isAllowed(other, executing)).toBe(false);
  });

  it('is not under another policy', () => {
    const policy = { name: 'test', digest: 'cd'.repeat(32) };
    const classification = { ...executing.classification, policy };
    expect(isAllowed(call, { ...executing, classification })).toBe(false);
  });
});

describe('finishing an execution', () => {
  it('records the agent’s answer with its run id and digest', () => {
    const answer = { runId: 'chatcmpl_1', response: 'Here it is.', usage: null };
    given(started(green))
      .when(finishing({ kind: 'answered', answer }))
      .records([
        'Executed',
        { runId: 'chatcmpl_1', responseDigest: sha256('Here it is.'), latency: 60_000 },
      ]);
  });

  it('records that it certainly did not run', () => {
    given(started(green))
      .when(finishing({ kind: 'failed', code: 'gateway-unreachable', message: 'refused' }))
      .records(['ExecutionFailed', { code: 'gateway-unreachable' }]);
  });

  it('records that nobody can know', () => {
    given(started(green))
      .when(finishing({ kind: 'unknown', code: 'gateway-timeout', message: 'no answer' }))
      .records(['ExecutionOutcomeUnknown', { code: 'gateway-timeout', reason: 'no answer' }]);
  });

  it('is refused for what was not started', () => {
    given(green)
      .when(finishing({ kind: 'failed', code: 'x', message: 'x' }))
      .refuses('not-executing');
  });
});

describe('an execution whose process died', () => {
  const abandoning = (minutes: number) => (request: Request) =>
    abandonExecution(request, minutesLater(minutes));

  it('ends with an unknown outcome half a minute after its deadline', () => {
    given(started(green))
      .when(abandoning(9.5))
      .records(['ExecutionOutcomeUnknown', { code: 'execution-abandoned' }]);
  });

  it('is left alone before', () => {
    given(started(green)).when(abandoning(9.4)).recordsNothing();
  });
});
