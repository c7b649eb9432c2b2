import fc from 'fast-check';
import { amendRequest } from '../../../src/governed-request/amend-request/amend-request.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { rejectRequest } from '../../../src/governed-request/decide-approval/reject-request.js';
import { escalateApproval } from '../../../src/governed-request/escalate-approval/escalate-approval.js';
import { abandonExecution } from '../../../src/governed-request/execute-request/abandon-execution.js';
import { finishExecution } from '../../../src/governed-request/execute-request/finish-execution.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import { expireApproval } from '../../../src/governed-request/expire-approval/expire-approval.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import { resolveOutcome } from '../../../src/governed-request/resolve-outcome/resolve-outcome.js';
import { Refused } from '../../../src/governed-request/refused.js';
import { remindApprovers } from '../../../src/governed-request/remind-approvers/remind-approvers.js';
import { submitRequest } from '../../../src/governed-request/submit-request/submit-request.js';
import { withdrawRequest } from '../../../src/governed-request/withdraw-request/withdraw-request.js';
import { asking, DEADLINE, minutesLater, saying } from './commands.js';
import { testPolicy } from './test-policy.js';

type Command = (request: GovernedRequest, now: Date) => readonly GovernedRequestEvent[];

const person = fc.constantFrom('ada', 'grace', 'linus', 'employee-001');
const groups = fc.subarray(['finance', 'board']);
const MINUTE = 60_000;
const patient = testPolicy({
  quorum: 2,
  eligible: ['finance'],
  atLeast: [{ group: 'finance', count: 1 }],
  escalation: { after: 15 * MINUTE, to: ['board'] },
  reminders: [5 * MINUTE, 20 * MINUTE],
});
const policy = fc.constantFrom(testPolicy(), testPolicy({ quorum: 2 }), patient);
const text = fc.constantFrom('a green request', 'an amber request', 'a red request', 'green, too');

const digestSeen = (request: GovernedRequest, fresh: boolean): string =>
  fresh && request.status !== 'not-submitted' ? request.contentDigest : '0'.repeat(64);

const submit = fc.tuple(text, policy).map(
  ([asked, by]): Command =>
    (request, now) =>
      submitRequest(request, asking(asked), by, now),
);

const decide = fc
  .tuple(person, groups, fc.boolean(), fc.boolean())
  .map(([approver, memberOf, yes, fresh]): Command => (request, now) => {
    const contentDigest = digestSeen(request, fresh || yes);
    const by = { approver, kind: 'human' as const, groups: memberOf };
    const decision = { ...by, contentDigest, comment: 'As we agreed.', now };
    return yes ? approveRequest(request, decision) : rejectRequest(request, decision, testPolicy());
  });

const amend = fc
  .tuple(person, groups, text, policy)
  .map(([approver, memberOf, asked, terms]): Command => (request, now) => {
    const contentDigest = digestSeen(request, true);
    const by = { approver, kind: 'human' as const, groups: memberOf };
    const amendment = { ...by, contentDigest, comment: 'Better so.', edit: saying(asked), now };
    return amendRequest(request, amendment, terms);
  });

const finish = fc
  .constantFrom(
    { kind: 'answered' as const, answer: { runId: 'r', response: 'done', usage: null } },
    { kind: 'failed' as const, code: 'gateway-unreachable', message: 'refused' },
    { kind: 'unknown' as const, code: 'gateway-timeout', message: 'silence' },
  )
  .map(
    (outcome): Command =>
      (request, now) =>
        finishExecution(request, outcome, now),
  );

const resolve = fc.tuple(person, fc.constantFrom('did-run' as const, 'did-not-run' as const)).map(
  ([by, outcome]): Command =>
    (request, now) =>
      resolveOutcome(request, { by, outcome, comment: 'As the session says.', now }),
);

const others = fc.constantFrom<Command>(
  (request, now) => startExecution(request, now, DEADLINE),
  (request, now) => abandonExecution(request, now),
  (request, now) => escalateApproval(request, now),
  (request, now) => remindApprovers(request, now),
  (request, now) => expireApproval(request, now, testPolicy()),
  (request, now) => withdrawRequest(request, { requester: 'ada', comment: null, now }),
);

/** Any commands, one after another, a few minutes apart. */
export const anyCommands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { arbitrary: submit, weight: 2 },
    { arbitrary: decide, weight: 3 },
    { arbitrary: amend, weight: 1 },
    { arbitrary: others, weight: 4 },
    { arbitrary: finish, weight: 2 },
    { arbitrary: resolve, weight: 2 },
  ),
  { maxLength: 25, size: 'max' },
);

const lostExecution: readonly Command[] = [
  (request, now) => submitRequest(request, asking('a green request'), testPolicy(), now),
  (request, now) => startExecution(request, now, DEADLINE),
  (request, now) =>
    finishExecution(request, { kind: 'unknown', code: 'gateway-timeout', message: 'silence' }, now),
];

/** Any commands on a request of which nobody knows whether it ran. */
export const anyCommandsOnUnknownOutcome = anyCommands.map((then) => [...lostExecution, ...then]);

/** Any commands on a request that waits, of which approvers are reminded and which is escalated. */
export const anyCommandsOnWaiting = anyCommands.map((then): readonly Command[] => [
  (request, now) => submitRequest(request, asking('an amber request'), patient, now),
  ...then,
]);

/** Everything that is recorded when the commands are carried out, refused ones left out. */
export function historyOf(commands: readonly Command[]): readonly GovernedRequestEvent[] {
  const history: GovernedRequestEvent[] = [];
  for (const [minute, command] of commands.entries()) {
    const request = history.reduce(evolve, notSubmitted);
    try {
      history.push(...command(request, minutesLater(minute * 7)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return history;
}
