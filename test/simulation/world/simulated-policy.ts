import type { Policy } from '../../../src/policy/policy.js';
import { testPolicy } from '../../support/governed/test-policy.js';

/** A request is as risky as the colour it names, and waits no longer than the simulation lasts. */
export function simulatedPolicy(quorum: number, expiresAfter: number): Policy {
  const policy = testPolicy({ quorum });
  return {
    ...policy,
    approvalTerms: (classification) => ({ ...policy.approvalTerms(classification), expiresAfter }),
  };
}
