import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  decision,
  minutesLater,
  rejected,
  started,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { escalateApproval } from '../escalate-approval/escalate-approval.js';
import { expireApproval } from '../expire-approval/expire-approval.js';
import { evolve, notSubmitted } from '../governed-request.js';
import { approveRequest } from './approve-request.js';
import { rejectRequest } from './reject-request.js';
import { ownRight, withFirstRight, type Right } from './right.js';
import type { Decision } from './waiting-request.js';

type Request = Parameters<typeof approveRequest>[0];

const waiting = submitted(asking('an amber request'));
const waitingForTwo = submitted(asking('an amber request'), testPolicy({ quorum: 2 }));
const waitingForFinance = submitted(
  asking('an amber request'),
  testPolicy({ eligible: ['finance'] }),
);

const approvalBy =
  (approver: string, over: Partial<Decision> = {}) =>
  (request: Request) =>
    approveRequest(request, decision(waiting, { approver, ...over }));

const refusalBy =
  (approver: string, over: Partial<Decision> = {}) =>
  (request: Request) =>
    rejectRequest(
      request,
      decision(waiting, { approver, comment: 'Not now.', ...over }),
      testPolicy(),
    );

describe('approving a waiting request', () => {
  it('is recorded with who, what and why', () => {
    given(waiting)
      .when(approvalBy('grace', { comment: 'Checked with finance.' }))
      .records(
        ['ApprovalGranted', { by: 'grace', comment: 'Checked with finance.' }],
        ['Approved', { by: ['grace'] }],
      );
  });

  it('waits for the rest of the quorum', () => {
    given(waitingForTwo).when(approvalBy('grace')).records(['ApprovalGranted']);
  });

  it('is complete with the quorum’s last approver', () => {
    given(approved(waitingForTwo, 'grace'))
      .when(approvalBy('linus'))
      .records(['ApprovalGranted'], ['Approved', { by: ['grace', 'linus'] }]);
  });

  it('counts the same person once', () => {
    given(approved(waitingForTwo, 'grace')).when(approvalBy('grace')).refuses('already-decided');
  });

  it('refuses its author', () => {
    given(waiting).when(approvalBy('ada')).refuses('self-approval');
  });

  it('refuses the employee it is on behalf of', () => {
    given(waiting).when(approvalBy('employee-001')).refuses('self-approval');
  });

  it.each([' Grace@Example.com', 'grace@example.com ', 'ＧＲＡＣＥ@example.com'])(
    'refuses them also where their name is written as “%s”',
    (onBehalfOf) => {
      const asked = submitted({ ...asking('an amber request'), onBehalfOf });
      given(asked).when(approvalBy('grace@example.com')).refuses('self-approval');
    },
  );

  it('takes others for others', () => {
    const asked = submitted({ ...asking('an amber request'), onBehalfOf: 'grace' });
    given(asked).when(approvalBy('grace2')).records(['ApprovalGranted'], ['Approved']);
  });

  it('refuses who belongs to none of the eligible groups', () => {
    given(waitingForFinance)
      .when(approvalBy('grace', { groups: ['hr'] }))
      .refuses('not-eligible');
  });

  it('takes a member of an eligible group', () => {
    given(waitingForFinance)
      .when(approvalBy('grace', { groups: ['hr', 'finance'] }))
      .records(['ApprovalGranted'], ['Approved']);
  });

  it('refuses any content but the one that waits', () => {
    given(waiting)
      .when(approvalBy('grace', { contentDigest: '0'.repeat(64) }))
      .refuses('content-changed');
  });

  it('refuses from the moment it expires', () => {
    given(waiting)
      .when(approvalBy('grace', { now: minutesLater(60) }))
      .refuses('approval-expired');
  });
});

describe('refusing a waiting request', () => {
  it('blocks it, by the one who refused, with an alternative', () => {
    given(waiting)
      .when(refusalBy('grace', { comment: 'Not before the board met.' }))
      .records(
        ['ApprovalRefused', { by: 'grace' }],
        [
          'Blocked',
          {
            by: 'grace',
            code: 'refused',
            reason: 'Not before the board met.',
            alternative: 'I can draft a checklist instead.',
          },
        ],
      );
  });

  it.each([[null], [''], [' \n\t '], ['\u0000'], ['\u200b\u2060']])(
    'takes a comment that says why, and not %j',
    (comment) => {
      given(waiting).when(refusalBy('grace', { comment })).refuses('comment-required');
    },
  );

  it('needs only one, whatever the quorum', () => {
    given(approved(waitingForTwo, 'grace'))
      .when(refusalBy('linus'))
      .records(['ApprovalRefused'], ['Blocked']);
  });
});

describe('a quorum with so many of a group', () => {
  const one = { group: 'finance', count: 1 };
  const withFinance = (atLeast = [one], quorum = 2) =>
    submitted(asking('an amber request'), testPolicy({ quorum, atLeast }));
  const financeSays = approvalBy('linus', { groups: ['finance'] });

  it('is met by others and one of the group', () => {
    given(approved(withFinance(), 'grace'))
      .when(financeSays)
      .records(
        ['ApprovalGranted', { by: 'linus', groups: ['finance'], standsInFor: null }],
        ['Approved', { by: ['grace', 'linus'] }],
      );
  });

  it('goes on waiting where the number is reached without the group, and takes one more', () => {
    given(approved(withFinance(), 'grace'))
      .when(approvalBy('barbara'))
      .records(['ApprovalGranted']);
    given(approved(approved(withFinance(), 'grace'), 'barbara'))
      .when(financeSays)
      .records(['ApprovalGranted'], ['Approved', { by: ['grace', 'barbara', 'linus'] }]);
  });

  it('counts whoever is in several of the groups for each, and once for the quorum', () => {
    const both = withFinance([one, { group: 'legal', count: 1 }]);
    const inBoth = approvalBy('linus', { groups: ['legal', 'finance'] });
    given(both).when(inBoth).records(['ApprovalGranted']);
    given(approved(both, 'grace')).when(inBoth).records(['ApprovalGranted'], ['Approved']);
  });
});

describe('a request that only people may decide', () => {
  const forPeople = submitted(asking('an amber request'), testPolicy({ human: true }));

  it('is not decided by a machine, neither way', () => {
    given(forPeople)
      .when(approvalBy('grace', { kind: 'machine' }))
      .refuses('human-required');
    given(forPeople)
      .when(refusalBy('grace', { kind: 'machine' }))
      .refuses('human-required');
    given(forPeople).when(approvalBy('grace')).records(['ApprovalGranted'], ['Approved']);
  });

  it('is the only kind that machines do not decide', () => {
    given(waiting)
      .when(approvalBy('grace', { kind: 'machine' }))
      .records(['ApprovalGranted'], ['Approved']);
  });
});

describe('a request that was escalated', () => {
  const escalation = { after: 1_800_000, to: ['board'] };
  const forFinance = submitted(
    asking('an amber request'),
    testPolicy({ eligible: ['finance'], escalation }),
  );
  const escalated = [
    ...forFinance,
    ...escalateApproval(forFinance.reduce(evolve, notSubmitted), minutesLater(30)),
  ];
  const boardSays = approvalBy('linus', { groups: ['board'], now: minutesLater(31) });

  it('is decided by members of the further groups as well, and not before', () => {
    given(forFinance).when(boardSays).refuses('not-eligible');
    given(escalated).when(boardSays).records(['ApprovalGranted'], ['Approved']);
    given(escalated)
      .when(approvalBy('grace', { groups: ['finance'] }))
      .records(['ApprovalGranted'], ['Approved']);
    given(escalated)
      .when(approvalBy('grace', { groups: ['sales'] }))
      .refuses('not-eligible');
  });
});

describe('a request that expired', () => {
  const expired = [
    ...waiting,
    ...expireApproval(waiting.reduce(evolve, notSubmitted), minutesLater(60), testPolicy()),
  ];

  it('is told from others that are blocked, before and behind the recorded expiry', () => {
    const late = { now: minutesLater(61) };
    given(waiting).when(approvalBy('grace', late)).refuses('approval-expired');
    given(expired).when(approvalBy('grace', late)).refuses('approval-expired');
    given(expired).when(refusalBy('grace', late)).refuses('approval-expired');
  });
});

describe('a request that does not wait', () => {
  it.each([
    ['green', submitted(submission())],
    ['red', submitted(asking('a red request'))],
    ['approved', approved(waiting)],
    ['refused', rejected(waiting)],
    ['executing', started(approved(waiting))],
  ])('that is %s cannot be decided', (_, history) => {
    given(history).when(approvalBy('linus')).refuses('not-awaiting-approval');
    given(history).when(refusalBy('linus')).refuses('not-awaiting-approval');
  });

  it('that nobody submitted cannot be decided', () => {
    given().when(approvalBy('grace')).refuses('request-not-found');
  });
});

describe('deciding in somebody’s place', () => {
  const forGrace = { standsInFor: 'grace', groups: ['finance'] };

  it('is recorded with who did, and for whom', () => {
    given(waitingForFinance)
      .when(approvalBy('linus', forGrace))
      .records(['ApprovalGranted', { by: 'linus', standsInFor: 'grace' }], ['Approved']);
    given(waitingForFinance)
      .when(refusalBy('linus', forGrace))
      .records(['ApprovalRefused', { by: 'linus', standsInFor: 'grace' }], ['Blocked']);
  });

  it('is refused where either of them asked, or is who it is for', () => {
    for (const person of ['grace', 'linus']) {
      const asked = submitted({ ...asking('an amber request'), requester: person });
      const onBehalf = submitted({ ...asking('an amber request'), onBehalfOf: person });
      for (const history of [asked, onBehalf]) {
        given(history).when(approvalBy('linus', forGrace)).refuses('self-approval');
        given(history).when(refusalBy('linus', forGrace)).refuses('self-approval');
      }
    }
  });

  it('is one voice with who is stood in for, and with everybody else who stands in for them', () => {
    const again = (history: typeof waiting, approver: string, over: Partial<Decision> = {}) =>
      given(history).when(approvalBy(approver, over)).refuses('already-decided');
    const byGrace = approved(waitingForTwo);
    again(byGrace, 'linus', forGrace);
    const byLinus = [
      ...waitingForTwo,
      ...approveRequest(
        waitingForTwo.reduce(evolve, notSubmitted),
        decision(waitingForTwo, { approver: 'linus', ...forGrace }),
      ),
    ];
    again(byLinus, 'grace');
    again(byLinus, 'linus');
    again(byLinus, 'linus', { standsInFor: 'mia' });
    again(byLinus, 'mia', forGrace);
    given(byLinus).when(approvalBy('mia')).records(['ApprovalGranted'], ['Approved']);
  });
});

describe('a request that only people may decide, of a stand-in', () => {
  it('is not decided by a machine in the place of a person', () => {
    given(submitted(asking('an amber request'), testPolicy({ human: true })))
      .when(approvalBy('robot', { kind: 'machine', standsInFor: 'grace' }))
      .refuses('human-required');
  });
});

describe('deciding with the first right that is enough', () => {
  const own = ownRight(['legal']);
  const ofGrace = {
    standsInFor: 'grace',
    groups: ['finance'],
    endsAt: minutesLater(10).toISOString(),
  };
  const by =
    (rights: readonly Right[], now = minutesLater(5)) =>
    (request: Request) =>
      withFirstRight(rights, now, (right) =>
        approveRequest(request, decision(waiting, { approver: 'linus', ...right, now })),
      );

  it('takes their own where it is, and that of others where it is not', () => {
    given(waiting)
      .when(by([own, ofGrace]))
      .records(['ApprovalGranted', { standsInFor: null }], ['Approved']);
    given(waitingForFinance)
      .when(by([own, ofGrace]))
      .records(['ApprovalGranted', { standsInFor: 'grace' }], ['Approved']);
  });

  it('is refused where none is, and as a stand-in as soon as their time is over', () => {
    given(waitingForFinance)
      .when(by([own]))
      .refuses('not-eligible');
    given(waitingForFinance)
      .when(by([own, ofGrace], minutesLater(10)))
      .refuses('not-eligible');
    given(waitingForFinance)
      .when(by([ofGrace], minutesLater(10)))
      .refuses('not-standing-in');
  });

  it('passes over those whose voice cannot count, and tells of that where no other does', () => {
    const ofAda = { ...ofGrace, standsInFor: 'ada' };
    given(waitingForFinance)
      .when(by([ofAda, ofGrace]))
      .records(['ApprovalGranted', { by: 'linus', standsInFor: 'grace' }], ['Approved']);
    given(waitingForFinance)
      .when(by([own, ofAda]))
      .refuses('self-approval');
  });

  it('ends with any other refusal of their own right', () => {
    given(approved(waitingForTwo, 'linus'))
      .when(by([own, ofGrace]))
      .refuses('already-decided');
  });
});
