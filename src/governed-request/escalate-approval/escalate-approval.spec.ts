import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  minutesLater,
  rejected,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { evolve, notSubmitted } from '../governed-request.js';
import { escalateApproval } from './escalate-approval.js';

const waiting = submitted(
  asking('an amber request'),
  testPolicy({ eligible: ['finance'], escalation: { after: 1_800_000, to: ['board'] } }),
);

const escalationAfter = (minutes: number) => (request: Parameters<typeof escalateApproval>[0]) =>
  escalateApproval(request, minutesLater(minutes));

describe('the escalation of an approval', () => {
  it('is recorded with its time and the groups that may decide from then on', () => {
    given(waiting)
      .when(escalationAfter(31))
      .records(['ApprovalEscalated', { to: ['board'], at: minutesLater(31).toISOString() }]);
  });

  it('comes when its time has come, and not before', () => {
    given(waiting).when(escalationAfter(29)).recordsNothing();
    given(waiting).when(escalationAfter(30)).records(['ApprovalEscalated']);
  });

  it('comes once', () => {
    const escalated = [...waiting, ...escalationAfter(30)(waiting.reduce(evolve, notSubmitted))];
    given(escalated).when(escalationAfter(40)).recordsNothing();
  });

  it('does not come any more when the time to decide is over', () => {
    given(waiting).when(escalationAfter(59)).records(['ApprovalEscalated']);
    given(waiting).when(escalationAfter(60)).recordsNothing();
  });

  it('does not come where nobody asked for it', () => {
    given(submitted(asking('an amber request')))
      .when(escalationAfter(59))
      .recordsNothing();
  });

  it.each([
    ['approved', approved(waiting, 'grace', ['finance'])],
    ['refused', rejected(submitted(asking('an amber request')))],
  ])('does not touch what was %s', (_, history) => {
    given(history).when(escalationAfter(30)).refuses('not-awaiting-approval');
  });
});
