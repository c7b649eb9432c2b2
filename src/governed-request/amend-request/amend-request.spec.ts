import { describe, expect, it } from '@jest/globals';
import {
  amended,
  amendment,
  approved,
  asking,
  decision,
  digestOf,
  minutesLater,
  rejected,
  saying,
  started,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { ANYBODY, testPolicy } from '../../../test/support/governed/test-policy.js';
import type { Policy } from '../../policy/policy.js';
import { approveRequest } from '../decide-approval/approve-request.js';
import type { Decision } from '../decide-approval/waiting-request.js';
import { escalateApproval } from '../escalate-approval/escalate-approval.js';
import type { GovernedRequest } from '../governed-request.js';
import { evolve, notSubmitted } from '../governed-request.js';
import { startExecution } from '../execute-request/start-execution.js';
import { submitRequest } from '../submit-request/submit-request.js';
import { amendRequest, MAX_AMENDMENTS, type Amendment, type Edit } from './amend-request.js';

type Events = Parameters<typeof digestOf>[0];

const waiting = submitted(asking('an amber request'));
const better = saying('a better amber request');

const amendmentBy =
  (approver: string, over: Partial<Amendment> = {}, of: Events = waiting, policy = testPolicy()) =>
  (request: GovernedRequest) =>
    amendRequest(request, amendment(of, better, { approver, ...over }), policy);

const approvalBy = (approver: string, of: Events) => (request: GovernedRequest) =>
  approveRequest(request, decision(of, { approver }));

const HOUR = 3_600_000;

/** What names legal is a matter for legal, and there is less time for it than for others. */
const forLegal: Policy = {
  ...testPolicy(),
  classify: (subject) => ({
    ...testPolicy().classify(subject),
    category: JSON.stringify(subject).includes('legal') ? 'legal' : 'other',
  }),
  approvalTerms: ({ category }) =>
    category === 'legal'
      ? { ...ANYBODY, quorum: 2, eligible: ['legal'], expiresAfter: HOUR / 4 }
      : ANYBODY,
};

describe('amending a waiting request', () => {
  it('records who made what of it and why, how it is judged, and that they approve it', () => {
    const contentDigest = digestOf(amended(waiting, better));
    expect(contentDigest).not.toBe(digestOf(waiting));
    given(waiting)
      .when(amendmentBy('grace'))
      .records(
        [
          'ContentAmended',
          {
            by: 'grace',
            content: { kind: 'chat', request: 'a better amber request' },
            contentDigest,
            comment: 'Clearer so.',
            at: minutesLater(5).toISOString(),
          },
        ],
        ['Classified', { risk: 'amber' }],
        [
          'ApprovalRequested',
          { contentDigest, quorum: 1, requestedAt: minutesLater(5).toISOString() },
        ],
        ['ApprovalGranted', { by: 'grace', contentDigest, comment: null }],
      );
  });

  it('keeps all but the text or the arguments', () => {
    const chat = submission({ content: { kind: 'chat', request: 'amber', temperature: 0.3 } });
    given(submitted(chat))
      .when(amendmentBy('grace', {}, submitted(chat)))
      .records(
        ['ContentAmended', { content: { ...better, temperature: 0.3 } }],
        ['Classified'],
        ['ApprovalRequested'],
        ['ApprovalGranted'],
      );
    const call = { kind: 'tool', tool: 'exec', action: 'json', args: { colour: 'amber' } } as const;
    const tool = submitted(submission({ content: call }));
    const edit: Edit = { kind: 'tool', args: { colour: 'light amber' } };
    given(tool)
      .when(amendmentBy('grace', { edit }, tool))
      .records(
        ['ContentAmended', { content: { ...call, args: { colour: 'light amber' } } }],
        ['Classified'],
        ['ApprovalRequested'],
        ['ApprovalGranted'],
      );
  });

  it('never waits longer than the request did', () => {
    const { expiresAt } = termsOf(waiting);
    expect(termsOf(amended(waiting, better)).expiresAt).toBe(expiresAt);
    const green = amended(waiting, saying('a green request'));
    expect(termsOf(green).expiresAt).toBe(expiresAt);
    expect(termsOf(amended(green, better, 'linus')).expiresAt).toBe(expiresAt);
  });

  it('is for those alone who may decide', () => {
    const terms = { eligible: ['finance'], atLeast: [{ group: 'legal', count: 1 }], human: true };
    const policy = testPolicy({ ...terms, escalation: { after: HOUR / 4, to: ['board'] } });
    const strict = submitted(asking('an amber request'), policy);
    const by = (over: Partial<Amendment>) => amendmentBy('grace', over, strict, policy);
    given(strict)
      .when(by({ kind: 'machine', groups: ['finance'] }))
      .refuses('human-required');
    given(strict)
      .when(by({ groups: ['legal'] }))
      .refuses('not-eligible');
    given(strict)
      .when(by({ groups: ['board'] }))
      .refuses('not-eligible');
    given(strict)
      .when(by({ groups: ['finance'] }))
      .records(['ContentAmended'], ['Classified'], ['ApprovalRequested'], ['ApprovalGranted']);
    const escalated = [...strict, ...escalatedAt(20, strict)];
    given(escalated)
      .when(by({ groups: ['board'], now: minutesLater(21) }))
      .records(
        ['ContentAmended'],
        ['Classified'],
        ['ApprovalRequested'],
        ['ApprovalEscalated', { to: ['board'], at: at(21) }],
        ['ApprovalGranted', { by: 'grace', groups: ['board'] }],
      );
  });

  it('is refused to its author, to strangers to it, with other content in view, and too late', () => {
    given(waiting).when(amendmentBy('ada')).refuses('self-approval');
    given(waiting).when(amendmentBy('employee-001')).refuses('self-approval');
    const forFinance = submitted(asking('amber'), testPolicy({ eligible: ['finance'] }));
    given(forFinance)
      .when(amendmentBy('grace', {}, forFinance))
      .refuses('not-eligible');
    const contentDigest = '0'.repeat(64);
    given(waiting).when(amendmentBy('grace', { contentDigest })).refuses('content-changed');
    given(waiting)
      .when(amendmentBy('grace', { now: minutesLater(60) }))
      .refuses('approval-expired');
  });

  it('has to change something', () => {
    given(waiting)
      .when(amendmentBy('grace', { edit: saying('an amber request') }))
      .refuses('nothing-amended');
    const args = { colour: 'amber', shade: 1 };
    const content = { kind: 'tool', tool: 'exec', action: 'json', args } as const;
    const tool = submitted(submission({ content }));
    const edit: Edit = { kind: 'tool', args: { shade: 1, colour: 'amber' } };
    given(tool)
      .when(amendmentBy('grace', { edit }, tool))
      .refuses('nothing-amended');
  });

  it('changes nothing, also under a policy that has changed', () => {
    const policy = { ...testPolicy(), digest: 'cd'.repeat(32) };
    given(waiting)
      .when(amendmentBy('grace', { edit: saying('an amber request') }, waiting, policy))
      .refuses('nothing-amended');
  });

  it('does not make a call of a tool out of a message', () => {
    given(waiting)
      .when(amendmentBy('grace', { edit: { kind: 'tool', args: {} } }))
      .refuses('kind-changed');
  });

  it('ends after some times', () => {
    let history = waiting;
    for (let time = 1; time <= MAX_AMENDMENTS; time += 1) {
      history = amended(history, saying(`amber for the time ${time}`));
    }
    given(history)
      .when(amendmentBy('grace', {}, history))
      .refuses('too-many-amendments');
    given(history).when(approvalBy('linus', history)).records(['ApprovalGranted'], ['Approved']);
  });
});

describe('amended content', () => {
  it('that is red is blocked by the policy at once', () => {
    given(waiting)
      .when(amendmentBy('grace', { edit: saying('a red request') }))
      .records(
        ['ContentAmended'],
        ['Classified', { risk: 'red' }],
        ['Blocked', { by: 'policy:test', code: 'policy', reason: 'It names red.' }],
      );
  });

  it('that is green waits for somebody else, under the terms that the request came with', () => {
    const two = testPolicy({ quorum: 2, eligible: ['finance'] });
    const forTwo = submitted(asking('an amber request'), two);
    const edit = saying('a green request');
    const laxer = testPolicy();
    const edited = amendmentBy('grace', { edit, groups: ['finance'] }, forTwo, laxer);
    given(forTwo)
      .when(edited)
      .records(
        ['ContentAmended'],
        ['Classified', { risk: 'green', requiresApproval: false }],
        ['ApprovalRequested', { quorum: 2, eligible: ['finance'] }],
        ['ApprovalGranted', { by: 'grace' }],
      );
    given(amended(waiting, edit))
      .when((request) => startExecution(request, minutesLater(6), HOUR))
      .refuses('not-executable');
  });

  it('that is green does not run between the events of its append either', () => {
    given(amended(waiting, saying('a green request')).slice(0, -2))
      .when((request) => startExecution(request, minutesLater(6), HOUR))
      .refuses('not-executable');
  });

  it('waits under the terms of what it is now, and counts its editor only where they may decide', () => {
    const edit = saying('an amber legal matter');
    given(waiting)
      .when(amendmentBy('grace', { edit }, waiting, forLegal))
      .records(
        ['ContentAmended'],
        ['Classified', { category: 'legal' }],
        ['ApprovalRequested', { quorum: 2, eligible: ['legal'], expiresAt: at(5 + 15) }],
      );
    given(waiting)
      .when(amendmentBy('grace', { edit, groups: ['legal'] }, waiting, forLegal))
      .records(['ContentAmended'], ['Classified'], ['ApprovalRequested'], ['ApprovalGranted']);
  });

  it('takes its terms from what it is now, all of them', () => {
    const strict = { atLeast: [{ group: 'legal', count: 1 }], human: true };
    const policy = testPolicy({ quorum: 2, eligible: ['legal', 'finance'], ...strict });
    const history = amended(waiting, better, 'grace', policy);
    given(waiting)
      .when(amendmentBy('grace', {}, waiting, policy))
      .records(
        ['ContentAmended'],
        ['Classified'],
        ['ApprovalRequested', { quorum: 2, eligible: ['legal', 'finance'], ...strict }],
      );
    const decides = (over: Partial<Decision>) => (request: GovernedRequest) =>
      approveRequest(request, decision(history, { approver: 'linus', ...over }));
    given(history)
      .when(decides({ kind: 'machine', groups: ['legal'] }))
      .refuses('human-required');
    given(history).when(decides({})).refuses('not-eligible');
  });

  it('waits for the named group also where enough others approved, its editor among them', () => {
    const policy = testPolicy({ quorum: 2, atLeast: [{ group: 'legal', count: 1 }] });
    const history = amended(waiting, better, 'grace', policy);
    const two = [...history, ...approvedBy('linus', history)];
    expect(two.at(-1)?.type).toBe('ApprovalGranted');
    const legal = decision(two, { approver: 'edsger', groups: ['legal'] });
    given(two)
      .when((request) => approveRequest(request, legal))
      .records(['ApprovalGranted'], ['Approved', { by: ['grace', 'linus', 'edsger'] }]);
  });

  it('is approved by its editor and one other person, where one is enough', () => {
    const history = amended(waiting, better);
    const contentDigest = digestOf(history);
    given(history)
      .when(approvalBy('linus', history))
      .records(
        ['ApprovalGranted', { by: 'linus', contentDigest }],
        ['Approved', { by: ['grace', 'linus'], contentDigest }],
      );
    given(history).when(approvalBy('grace', history)).refuses('already-decided');
  });

  it('has its editor counted among as many as it needs', () => {
    const three = testPolicy({ quorum: 3 });
    const history = amended(submitted(asking('amber'), three), better, 'grace', three);
    const one = [...history, ...approvedBy('linus', history)];
    given(one).when(approvalBy('edsger', one)).records(['ApprovalGranted'], ['Approved']);
  });

  it('takes no approval over from the content before', () => {
    const two = testPolicy({ quorum: 2 });
    const history = approved(submitted(asking('an amber request'), two), 'linus');
    const next = amended(history, better, 'grace', two);
    given(next).when(approvalBy('linus', next)).records(['ApprovalGranted'], ['Approved']);
    const stale = decision(history, { approver: 'linus' });
    given(next)
      .when((request) => approveRequest(request, stale))
      .refuses('content-changed');
  });

  it('takes none over either when it comes back to what it was', () => {
    const two = testPolicy({ quorum: 2 });
    const first = approved(submitted(asking('an amber request'), two), 'linus');
    const away = amended(first, better, 'grace', two);
    const back = amended(away, saying('an amber request'), 'grace', two);
    expect(digestOf(back)).toBe(digestOf(first));
    given(back).when(approvalBy('linus', back)).records(['ApprovalGranted'], ['Approved']);
  });

  it('needs one who edited none of it, however often it was edited', () => {
    const twice = amended(amended(waiting, better), saying('the best amber request'), 'linus');
    given(twice).when(approvalBy('grace', twice)).records(['ApprovalGranted']);
    const byEditors = [...twice, ...approvedBy('grace', twice)];
    given(byEditors)
      .when(approvalBy('edsger', byEditors))
      .records(['ApprovalGranted'], ['Approved', { by: ['linus', 'grace', 'edsger'] }]);
  });

  it('counts whom a stand-in edited it for as its editor as well', () => {
    const forGrace = { standsInFor: 'grace' };
    given(waiting)
      .when(amendmentBy('linus', forGrace))
      .records(
        ['ContentAmended', { by: 'linus', ...forGrace }],
        ['Classified'],
        ['ApprovalRequested'],
        ['ApprovalGranted', { by: 'linus', ...forGrace }],
      );
    const history = [...waiting, ...amendmentBy('linus', forGrace)(stateOf(waiting))];
    given(history).when(approvalBy('grace', history)).refuses('already-decided');
    given(history)
      .when(approvalBy('edsger', history))
      .records(['ApprovalGranted'], ['Approved', { by: ['linus', 'edsger'] }]);
  });

  it('needs more than its editor’s yes also where only the one or the other may say it', () => {
    const policy = testPolicy({ eligible: ['legal'] });
    const lent = { standsInFor: 'grace', groups: ['legal'] };
    const start = submitted(asking('an amber request'), policy);
    const once = [...start, ...amendmentBy('linus', lent, start, policy)(stateOf(start))];
    const change = amendment(once, saying('an amber wish'), { approver: 'mia', groups: ['legal'] });
    const forBoard = testPolicy({ eligible: ['board'] });
    const twice = [...once, ...amendRequest(stateOf(once), change, forBoard)];
    expect(twice.at(-1)?.type).toBe('ApprovalRequested');
    const says = (approver: string, standsInFor: string | null, history: Events): Events =>
      approveRequest(
        stateOf(history),
        decision(history, { approver, standsInFor, groups: ['board'] }),
      );
    for (const [approver, standsInFor] of [
      ['grace', null],
      ['linus', null],
      ['edsger', 'grace'],
      ['mia', 'edsger'],
    ] as const) {
      expect(says(approver, standsInFor, twice).map(({ type }) => type)).toEqual([
        'ApprovalGranted',
      ]);
    }
    expect(says('edsger', 'kurt', twice).at(-1)?.type).toBe('Approved');
  });

  it('may be amended as often by stand-ins as by others', () => {
    let history = waiting;
    for (let count = 0; count < MAX_AMENDMENTS; count += 1) {
      const edit = saying(`amber request number ${count}`);
      const change = amendment(history, edit, { approver: 'linus', standsInFor: 'grace' });
      history = [...history, ...amendRequest(stateOf(history), change, testPolicy())];
    }
    given(history)
      .when(amendmentBy('mia', {}, history))
      .refuses('too-many-amendments');
  });

  it('may be amended by who has approved it: the last word of a person counts', () => {
    const two = testPolicy({ quorum: 2 });
    const granted = approved(submitted(asking('an amber request'), two), 'grace');
    given(granted)
      .when(amendmentBy('grace', {}, granted, two))
      .records(['ContentAmended'], ['Classified'], ['ApprovalRequested'], ['ApprovalGranted']);
    const once = amended(waiting, better);
    given(once)
      .when(amendmentBy('grace', { edit: saying('amber, spelt right') }, once))
      .records(['ContentAmended'], ['Classified'], ['ApprovalRequested'], ['ApprovalGranted']);
  });

  it('is what is executed', () => {
    const history = amended(waiting, better);
    const all = [...history, ...approvedBy('linus', history)];
    given(all)
      .when((request) => startExecution(request, minutesLater(6), HOUR))
      .records(['ExecutionStarted', { contentDigest: digestOf(history) }]);
  });

  it('does not keep its requester from repeating what they asked for', () => {
    const again = (request: GovernedRequest) =>
      submitRequest(request, asking('an amber request'), testPolicy(), minutesLater(7));
    given(amended(waiting, better)).when(again).recordsNothing();
    const other = (request: GovernedRequest) =>
      submitRequest(request, asking('a better amber request'), testPolicy(), minutesLater(7));
    given(amended(waiting, better)).when(other).refuses('idempotency-key-reused');
  });
});

describe('time, when a content was amended', () => {
  const policy = testPolicy({
    eligible: ['finance'],
    escalation: { after: HOUR / 2, to: ['board'] },
    reminders: [HOUR / 12, HOUR / 6, HOUR / 3],
  });
  const slow = submitted(asking('an amber request'), policy);
  const edit = (minutes: number, over: Partial<Amendment> = {}, by = policy) =>
    amendmentBy('grace', { groups: ['finance'], now: minutesLater(minutes), ...over }, slow, by);

  it.each(['a better amber request', 'a green request'])(
    'runs on: what was to come comes when it was to come, for %s',
    (text) => {
      const terms = termsOf([...slow, ...edit(10, { edit: saying(text) })(stateOf(slow))]);
      expect(terms).toMatchObject({
        requestedAt: at(10),
        expiresAt: at(60),
        escalation: { at: at(30), to: ['board'] },
        reminders: [at(20)],
      });
    },
  );

  it('is not put off by one amendment after another', () => {
    const once = [...slow, ...edit(25)(stateOf(slow))];
    const again = amendment(once, saying('the best amber request'), {
      groups: ['finance'],
      now: minutesLater(29),
    });
    const twice = [...once, ...amendRequest(stateOf(once), again, policy)];
    expect(escalatedAt(30, twice)).toMatchObject([{ type: 'ApprovalEscalated' }]);
  });

  it('that has let more people decide lets them decide on what was made of it at once', () => {
    const late = [...slow, ...edit(31)(stateOf(slow))];
    expect(late.slice(-3).map(({ type }) => type)).toEqual([
      'ApprovalRequested',
      'ApprovalEscalated',
      'ApprovalGranted',
    ]);
    const board = decision(late, { approver: 'linus', groups: ['board'], now: minutesLater(32) });
    given(late)
      .when((request) => approveRequest(request, board))
      .records(['ApprovalGranted'], ['Approved']);
    given(late)
      .when((request) => escalateApproval(request, minutesLater(33)))
      .recordsNothing();
  });

  it('that is short for what it is now tells of nothing that never comes', () => {
    const short = testPolicy({
      eligible: ['finance'],
      escalation: { after: HOUR / 2, to: ['board'] },
      reminders: [HOUR / 6, HOUR / 3],
      expiresAfter: HOUR / 6,
    });
    const terms = termsOf([...slow, ...edit(5, {}, short)(stateOf(slow))]);
    expect(terms).toMatchObject({ expiresAt: at(15), escalation: null, reminders: [at(10)] });
  });

  it('stays what it was for what is green, whatever time the policy has for others', () => {
    const short = testPolicy({ expiresAfter: HOUR / 6 });
    const green = edit(5, { edit: saying('a green request') }, short)(stateOf(slow));
    expect(termsOf([...slow, ...green])).toMatchObject({ expiresAt: at(60) });
  });
});

describe('a request that does not wait', () => {
  it.each([
    ['green', submitted(submission())],
    ['red', submitted(asking('a red request'))],
    ['approved', approved(waiting)],
    ['refused', rejected(waiting)],
    ['executing', started(approved(waiting))],
  ])('that is %s cannot be amended', (_, history) => {
    given(history).when(amendmentBy('linus')).refuses('not-awaiting-approval');
  });

  it('that nobody submitted cannot be amended', () => {
    given().when(amendmentBy('grace')).refuses('request-not-found');
  });
});

const at = (minutes: number): string => minutesLater(minutes).toISOString();

const stateOf = (history: Events): GovernedRequest => history.reduce(evolve, notSubmitted);

const approvedBy = (approver: string, history: Events): Events =>
  approveRequest(stateOf(history), decision(history, { approver }));

const escalatedAt = (minutes: number, history: Events): Events =>
  escalateApproval(stateOf(history), minutesLater(minutes));

function termsOf(history: Events) {
  const request = stateOf(history);
  if (request.status !== 'awaiting-approval') throw new Error(`It is ${request.status}.`);
  return request.approval.terms;
}
