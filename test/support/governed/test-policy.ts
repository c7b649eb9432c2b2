import type {
  ApprovalTerms,
  Classification,
  Risk,
  Subject,
} from '../../../src/policy/classification.js';
import type { Policy } from '../../../src/policy/policy.js';

const DIGEST = 'ab'.repeat(32);
const HOUR = 3_600_000;

/** One approver, whoever it is. */
export const ANYBODY: ApprovalTerms = {
  quorum: 1,
  eligible: [],
  atLeast: [],
  human: false,
  expiresAfter: HOUR,
  escalation: null,
  reminders: [],
};

const VERDICTS = {
  green: { requiresApproval: false, allow: true },
  amber: { requiresApproval: true, allow: true },
  red: { requiresApproval: false, allow: false },
} as const;

/** A policy for domain tests: a request is as risky as the colour it names, green without one. */
export function testPolicy(terms: Partial<ApprovalTerms> = {}): Policy {
  return {
    name: 'test',
    digest: DIGEST,
    classify: (subject) => classified(riskNamedIn(subject)),
    approvalTerms: () => ({ ...ANYBODY, ...terms }),
    alternativeTo: () => 'I can draft a checklist instead.',
  };
}

const riskNamedIn = (subject: Subject): Risk =>
  (['red', 'amber'] as const).find((risk) => JSON.stringify(subject).includes(risk)) ?? 'green';

const classified = (risk: Risk): Classification => ({
  risk,
  category: `${risk}-category`,
  confidence: 0.9,
  ...VERDICTS[risk],
  reason: `It names ${risk}.`,
  findings: [{ rule: `names-${risk}`, start: 0, end: 3, text: 'The' }],
  policy: { name: 'test', digest: DIGEST },
});
