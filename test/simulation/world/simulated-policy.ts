import type { Policy } from '../../../src/policy/policy.js';
import { testPolicy } from '../../support/governed/test-policy.js';
import type { Profile } from './profile.js';

/** A request is as risky as the colour it names, and waits no longer than the simulation lasts. */
export function simulatedPolicy({
  quorum,
  eligible,
  expiresAfter,
}: Pick<Profile, 'quorum' | 'eligible' | 'expiresAfter'>): Policy {
  const policy = testPolicy({ quorum, eligible: [...eligible] });
  return {
    ...policy,
    approvalTerms: (classification) => ({ ...policy.approvalTerms(classification), expiresAfter }),
  };
}
