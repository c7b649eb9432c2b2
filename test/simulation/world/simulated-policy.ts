import type { Policy } from '../../../src/policy/policy.js';
import { testPolicy } from '../../support/governed/test-policy.js';
import type { Profile } from './profile.js';

type SimulatedTerms = Pick<Profile, 'quorum' | 'eligible' | 'atLeast' | 'human' | 'expiresAfter'>;

/**
 * A request is as risky as the colour it names, and waits no longer than the simulation lasts. Where only some may
 * decide, the board may as well when half of the time is over.
 */
export function simulatedPolicy(terms: SimulatedTerms): Policy {
  const { quorum, eligible, atLeast, human, expiresAfter } = terms;
  const escalation = eligible.length > 0 ? { after: expiresAfter / 2, to: ['board'] } : null;
  const reminders = [expiresAfter / 4, expiresAfter / 2];
  return testPolicy({ quorum, eligible, atLeast, human, expiresAfter, escalation, reminders });
}
