import type { Policy } from '../../policy/policy.js';
import type { ApprovalTerms, Classification } from '../../policy/classification.js';
import { contentDigest } from '../content-digest.js';
import type { GovernedRequest } from '../governed-request.js';
import type {
  EventData,
  GovernedRequestEvent,
  RequestContent,
} from '../governed-request.events.js';
import { Refused } from '../refused.js';

/** What a service asks for. */
export interface Submission {
  readonly content: RequestContent;
  readonly requester: string;
  readonly onBehalfOf: string | null;
  readonly agent: string;
  readonly sessionKey: string;
}

/**
 * Records a request together with its classification and what follows from it: green may run, amber waits for
 * people, red is blocked. The same submission again records nothing; another one under the same id is refused.
 */
export function submitRequest(
  request: GovernedRequest,
  submission: Submission,
  policy: Policy,
  now: Date,
): GovernedRequestEvent[] {
  if (request.status !== 'not-submitted') return sameAgain(request, submission, policy);
  const at = now.toISOString();
  const classification = policy.classify(submission.content);
  const digest = contentDigest({ ...submission, policyDigest: policy.digest });
  return [
    { type: 'Submitted', data: { ...submission, contentDigest: digest, submittedAt: at } },
    { type: 'Classified', data: classifiedData(classification) },
    ...consequence(classification, digest, policy, now),
  ];
}

function sameAgain(
  request: Exclude<GovernedRequest, { status: 'not-submitted' }>,
  submission: Submission,
  policy: Policy,
): GovernedRequestEvent[] {
  const fingerprint = (of: Submission) => [
    contentDigest({ ...of, policyDigest: policy.digest }),
    of.requester,
    of.onBehalfOf,
  ];
  // Whoever repeats their call repeats what they asked for, not what others made of it.
  const first = { ...request, content: request.submittedContent };
  if (String(fingerprint(first)) === String(fingerprint(submission))) return [];
  throw new Refused(
    'idempotency-key-reused',
    'This Idempotency-Key was already used for another request; use a new key.',
  );
}

function consequence(
  classification: Classification,
  digest: string,
  policy: Policy,
  now: Date,
): GovernedRequestEvent[] {
  if (!classification.allow) return [blockedByPolicy(classification, policy, now)];
  if (!classification.requiresApproval) return [];
  return [approvalRequested(policy.approvalTerms(classification), digest, now)];
}

/** The request waits for people from now on, for as long as the terms say. */
export function approvalRequested(
  { quorum, eligible, atLeast, human, expiresAfter, escalation, reminders }: ApprovalTerms,
  digest: string,
  now: Date,
): Extract<GovernedRequestEvent, { type: 'ApprovalRequested' }> {
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
  return {
    type: 'ApprovalRequested',
    data: {
      contentDigest: digest,
      quorum,
      eligible: [...eligible],
      atLeast: atLeast.map((one) => ({ ...one })),
      human,
      requestedAt: now.toISOString(),
      expiresAt: after(expiresAfter),
      escalation: escalation && { at: after(escalation.after), to: [...escalation.to] },
      reminders: reminders.map(after),
    },
  };
}

/** It never runs, whoever asks for it. */
export function blockedByPolicy(
  classification: Classification,
  policy: Policy,
  now: Date,
): GovernedRequestEvent {
  return {
    type: 'Blocked',
    data: {
      by: `policy:${classification.policy.name}`,
      code: 'policy',
      reason: classification.reason,
      alternative: policy.alternativeTo(classification),
      at: now.toISOString(),
    },
  };
}

/** What is recorded of the policy's judgement. */
export const classifiedData = (classification: Classification): EventData<'Classified'> => ({
  ...classification,
  findings: classification.findings.map((finding) => ({ ...finding })),
});
