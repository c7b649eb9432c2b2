import { describe, it } from '@jest/globals';
import {
  approved,
  asking,
  DEADLINE,
  minutesLater,
  rejected,
  started,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { given } from '../../../test/support/governed/given.js';
import * as sample from '../../../test/support/views/sample-events.js';
import { startExecution } from '../execute-request/start-execution.js';
import type { GovernedRequest } from '../governed-request.js';
import { resolveOutcome, type Resolution } from './resolve-outcome.js';

const running = started(submitted(submission()));
const unknown = [...running, sample.unknown()];

const resolvedBy =
  (by: string, outcome: Resolution['outcome'] = 'did-run') =>
  (request: GovernedRequest) =>
    resolveOutcome(request, { by, outcome, comment: 'Read in the session.', now: minutesLater(9) });

describe('resolving an unknown outcome', () => {
  it.each(['did-run', 'did-not-run'] as const)(
    'records who says that it %s, and why',
    (outcome) => {
      const at = minutesLater(9).toISOString();
      given(unknown)
        .when(resolvedBy('grace', outcome))
        .records([
          'OutcomeResolved',
          { by: 'grace', outcome, comment: 'Read in the session.', at },
        ]);
    },
  );

  it('refuses its author', () => {
    given(unknown).when(resolvedBy('ada')).refuses('self-resolution');
  });

  it('refuses the employee it is on behalf of', () => {
    given(unknown).when(resolvedBy('employee-001')).refuses('self-resolution');
    given(unknown).when(resolvedBy('Employee-001')).refuses('self-resolution');
  });

  it.each(['did-run', 'did-not-run'] as const)('happens once, also when it %s', (outcome) => {
    const resolved = [...unknown, sample.resolved(outcome)];
    for (const by of ['grace', 'linus']) {
      given(resolved).when(resolvedBy(by, outcome)).refuses('already-resolved');
    }
  });

  it.each([
    ['waits', submitted(asking('an amber request'))],
    ['is approved', approved(submitted(asking('an amber request')))],
    ['is blocked', rejected(submitted(asking('an amber request')))],
    ['is green and not started', submitted(submission())],
    ['is being executed', running],
    ['was answered', [...running, sample.executed()]],
    ['failed', [...running, sample.failed()]],
  ])('refuses a request that %s', (_, history) => {
    given(history).when(resolvedBy('grace')).refuses('outcome-not-unknown');
  });

  it('refuses what nobody submitted', () => {
    given().when(resolvedBy('grace')).refuses('request-not-found');
  });

  it.each(['did-run', 'did-not-run'] as const)(
    'lets nothing be executed behind one that %s',
    (outcome) => {
      given(unknown, [sample.resolved(outcome)])
        .when((request) => startExecution(request, minutesLater(10), DEADLINE))
        .refuses('not-executable');
    },
  );
});
