import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  minutesLater,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { evolve, notSubmitted } from '../governed-request.js';
import { remindApprovers } from './remind-approvers.js';

const waiting = submitted(
  asking('an amber request'),
  testPolicy({ reminders: [600_000, 1_800_000] }),
);

const reminderAfter = (minutes: number) => (request: Parameters<typeof remindApprovers>[0]) =>
  remindApprovers(request, minutesLater(minutes));

const after = (minutes: number) => [
  ...waiting,
  ...reminderAfter(minutes)(waiting.reduce(evolve, notSubmitted)),
];

describe('the reminders of an approval', () => {
  it('are recorded with their number when their time has come, and not before', () => {
    const at = minutesLater(11).toISOString();
    given(waiting).when(reminderAfter(9)).recordsNothing();
    given(waiting)
      .when(reminderAfter(11))
      .records(['ApprovalReminded', { number: 1, at }]);
    given(after(11))
      .when(reminderAfter(30))
      .records(['ApprovalReminded', { number: 2 }]);
  });

  it('come once each', () => {
    given(after(10)).when(reminderAfter(29)).recordsNothing();
    given(after(30)).when(reminderAfter(59)).recordsNothing();
  });

  it('are all recorded where nobody was there to record the first in time', () => {
    given(waiting)
      .when(reminderAfter(40))
      .records(['ApprovalReminded', { number: 1 }], ['ApprovalReminded', { number: 2 }]);
  });

  it('do not come any more when the time to decide is over, or it was decided', () => {
    given(waiting).when(reminderAfter(60)).recordsNothing();
    given(approved(waiting)).when(reminderAfter(10)).refuses('not-awaiting-approval');
  });
});
