import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  minutesLater,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { expireApproval } from './expire-approval.js';

const waiting = submitted(asking('an amber request'));

const expiryAfter = (minutes: number) => (request: Parameters<typeof expireApproval>[0]) =>
  expireApproval(request, minutesLater(minutes), testPolicy());

describe('the expiry of an approval', () => {
  it('blocks what nobody decided in time', () => {
    given(waiting)
      .when(expiryAfter(75))
      .records(
        ['ApprovalExpired', { expiredAt: minutesLater(60).toISOString() }],
        ['Blocked', { by: 'docket', code: 'expired', at: minutesLater(75).toISOString() }],
      );
  });

  it('does not come early', () => {
    given(waiting).when(expiryAfter(59)).refuses('approval-not-expired');
  });

  it('does not touch what was decided', () => {
    given(approved(waiting)).when(expiryAfter(60)).refuses('not-awaiting-approval');
  });
});
