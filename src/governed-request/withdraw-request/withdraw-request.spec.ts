import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  minutesLater,
  rejected,
  started,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import { withdrawRequest } from './withdraw-request.js';

const waiting = submitted(asking('an amber request'));

const withdrawalBy = (requester: string) => (request: Parameters<typeof withdrawRequest>[0]) =>
  withdrawRequest(request, { requester, comment: null, now: minutesLater(7) });

describe('withdrawing a request', () => {
  it.each([
    ['waits', waiting],
    ['is approved', approved(waiting)],
    ['is green and not started', submitted(submission())],
  ])('blocks one that %s', (_, history) => {
    given(history)
      .when(withdrawalBy('ada'))
      .records(['Blocked', { by: 'ada', code: 'withdrawn', alternative: null }]);
  });

  it.each([
    ['is being executed', started(approved(waiting))],
    ['is blocked', rejected(waiting)],
  ])('is too late when it %s', (_, history) => {
    given(history).when(withdrawalBy('ada')).refuses('not-withdrawable');
  });

  it('does not tell a stranger that it exists', () => {
    given(waiting).when(withdrawalBy('mallory')).refuses('request-not-found');
  });
});
