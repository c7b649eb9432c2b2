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
import { approveRequest } from './approve-request.js';
import { rejectRequest } from './reject-request.js';
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
    rejectRequest(request, decision(waiting, { approver, ...over }), testPolicy());

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

  it('needs only one, whatever the quorum', () => {
    given(approved(waitingForTwo, 'grace'))
      .when(refusalBy('linus'))
      .records(['ApprovalRefused'], ['Blocked']);
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
