import { z } from 'zod';

/**
 * Every event of the stream `governedRequest-<id>`, in the order of a request's life. Stored data is parsed by these
 * schemas and never cast: an event they do not know fails loudly. Times are ISO 8601 in UTC with milliseconds.
 */

const time = z.iso.datetime({ precision: 3 });
/** SHA-256 in lower-case hex. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const identity = z.string().min(1);
const milliseconds = z.int().nonnegative();

const chatContent = z.strictObject({
  kind: z.literal('chat'),
  request: z.string(),
  /** 0 to 2; absent: the agent's own default. */
  temperature: z.number().min(0).max(2).optional(),
});

const toolContent = z.strictObject({
  kind: z.literal('tool'),
  tool: z.string(),
  action: z.string(),
  args: z.record(z.string(), z.json()),
});

/** What the requester wants carried out: a message to an agent, or one call of a tool. */
export const requestContent = z.discriminatedUnion('kind', [chatContent, toolContent]);
export type RequestContent = z.infer<typeof requestContent>;

/** A service asks for something on behalf of an employee. Always recorded together with `Classified`. */
const submitted = z.strictObject({
  content: requestContent,
  /** SHA-256 over the RFC 8785 form of everything that would be sent, and of the policy's digest. */
  contentDigest: digest,
  requester: identity,
  onBehalfOf: identity.nullable(),
  agent: z.string().min(1),
  sessionKey: z.string().min(1),
  submittedAt: time,
});

const finding = z.strictObject({
  rule: z.string(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  text: z.string(),
});

export const risk = z.enum(['green', 'amber', 'red']);

/** The policy's judgement of the content. */
const classified = z.strictObject({
  risk,
  category: z.string(),
  confidence: z.number().min(0).max(1),
  requiresApproval: z.boolean(),
  allow: z.boolean(),
  reason: z.string(),
  findings: z.array(finding),
  policy: z.strictObject({ name: z.string(), digest }),
});

/** So many people of a group. */
export const groupCount = z.strictObject({ group: z.string(), count: z.int().positive() });

/** The request waits for people. */
const approvalRequested = z.strictObject({
  contentDigest: digest,
  quorum: z.int().positive(),
  /** Groups that may decide; empty: every approver. */
  eligible: z.array(z.string()),
  /** Of those who approve, so many at least from each of these groups. */
  atLeast: z.array(groupCount).default([]),
  /** Only people may decide, no machines. */
  human: z.boolean().default(false),
  requestedAt: time,
  expiresAt: time,
  /** From when on members of these groups may decide as well; null: nobody ever. */
  escalation: z
    .strictObject({ at: time, to: z.array(z.string()) })
    .nullable()
    .default(null),
  /** When approvers are reminded, ascending. */
  reminders: z.array(time).default([]),
});

/** Nobody decided for so long that members of more groups may decide from here on. Recorded once. */
const approvalEscalated = z.strictObject({
  to: z.array(z.string()),
  at: time,
});

/** Approvers are reminded that the request waits. Each reminder is recorded once. */
const approvalReminded = z.strictObject({
  /** Its place among the reminders that were asked for, from 1. */
  number: z.int().positive(),
  at: time,
});

/** One approver says yes to exactly this content. */
const approvalGranted = z.strictObject({
  by: identity,
  /** The groups of the right that they used: their own then, or those lent to a stand-in. */
  groups: z.array(z.string()).default([]),
  /** Whom they stood in for; null: they decided with their own right. */
  standsInFor: identity.nullable().default(null),
  comment: z.string().nullable(),
  contentDigest: digest,
  at: time,
});

/** One approver says no, and why; only events of an older Docket have no comment. */
const approvalRefused = approvalGranted;

/** An approver edited the content before approving; it is classified again in the same append. */
const contentAmended = z.strictObject({
  by: identity,
  /** Whom they stood in for; null: they edited with their own right. */
  standsInFor: identity.nullable().default(null),
  /** All of it as it stands from here on. */
  content: requestContent,
  contentDigest: digest,
  /** Why; null in events of a Docket that did not ask for it. */
  comment: z.string().nullable().default(null),
  at: time,
});

/** The quorum is met, with as many of each group as were asked for. */
const approved = z.strictObject({ by: z.array(identity).min(1), contentDigest: digest, at: time });

/** Nobody decided in time. Recorded together with `Blocked`; an older Docket recorded that alone. */
const approvalExpired = z.strictObject({
  /** When the time was over, which is before it was recorded. */
  expiredAt: time,
});

export const blockCode = z.enum(['policy', 'refused', 'expired', 'withdrawn']);

/** It never runs: by policy, a reviewer, expiry or its requester. */
const blocked = z.strictObject({
  by: identity,
  code: blockCode,
  reason: z.string(),
  /** What the requester is offered instead; null when they withdrew it themselves. */
  alternative: z.string().nullable(),
  at: time,
});

/** Recorded before the gateway is called: from here on nobody else may call it. */
const executionStarted = z.strictObject({
  attempt: z.int().positive(),
  startedAt: time,
  /** After this time nobody waits for the answer any more. */
  deadline: time,
  contentDigest: digest,
});

/** Token counts as the model provider reported them. */
export const usage = z.strictObject({
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  totalTokens: z.int().nonnegative(),
});

/** The agent answered. */
const executed = z.strictObject({
  /** OpenClaw's run id; null for direct tool calls, which have none. */
  runId: z.string().nullable(),
  response: z.string(),
  /** SHA-256 of the response's UTF-8 bytes. */
  responseDigest: digest,
  usage: usage.nullable(),
  latency: milliseconds,
  finishedAt: time,
});

/** It certainly did not run, or the gateway turned it down. */
const executionFailed = z.strictObject({
  code: z.string(),
  message: z.string(),
  finishedAt: time,
});

/** It was started, and nobody can know whether it ran. It is never called again by itself; a person may resolve it. */
const executionOutcomeUnknown = z.strictObject({
  code: z.string(),
  reason: z.string(),
  finishedAt: time,
});

export const resolvedOutcome = z.enum(['did-run', 'did-not-run']);

/** Somebody found out what came of an execution whose outcome was unknown. It is the last event: nothing runs behind it. */
const outcomeResolved = z.strictObject({
  by: identity,
  outcome: resolvedOutcome,
  /** How it was found out. */
  comment: z.string(),
  at: time,
});

/** The data schema of every event type. */
export const eventSchemas = {
  Submitted: submitted,
  Classified: classified,
  ApprovalRequested: approvalRequested,
  ApprovalEscalated: approvalEscalated,
  ApprovalReminded: approvalReminded,
  ApprovalGranted: approvalGranted,
  ApprovalRefused: approvalRefused,
  ContentAmended: contentAmended,
  Approved: approved,
  ApprovalExpired: approvalExpired,
  Blocked: blocked,
  ExecutionStarted: executionStarted,
  Executed: executed,
  ExecutionFailed: executionFailed,
  ExecutionOutcomeUnknown: executionOutcomeUnknown,
  OutcomeResolved: outcomeResolved,
} as const;

export type EventType = keyof typeof eventSchemas;

export type EventData<T extends EventType> = z.infer<(typeof eventSchemas)[T]>;

/** A fact of one governed request. */
export type GovernedRequestEvent = {
  [T in EventType]: { readonly type: T; readonly data: EventData<T> };
}[EventType];

export const SCHEMA_VERSION = 1;

/** Who acts under an identity: a person, a program, or Docket itself. */
export const actorKind = z.enum(['human', 'machine', 'service']);
export type ActorKind = z.infer<typeof actorKind>;

/** Who, why and when: with every event. `$correlationId` and `$causationId` are the names EventStoreDB's tools know. */
export const eventMetadata = z.strictObject({
  $correlationId: z.string(),
  $causationId: z.string(),
  /** The identity that acted; `docket` for what the service does by itself. */
  actor: identity,
  /** Null in events of versions that did not record it, as are the two below. */
  actorKind: actorKind.nullable().default(null),
  roles: z.array(z.string()),
  /** The actor's groups at that time. */
  groups: z.array(z.string()).default([]),
  /** How the actor proved who they are: `key:<id of the key>` or `oidc:<host of the issuer>`; null for Docket itself. */
  credential: z.string().nullable().default(null),
  recordedAt: time,
  schemaVersion: z.literal(SCHEMA_VERSION, 'it is written by another version of Docket'),
});
export type EventMetadata = z.infer<typeof eventMetadata>;
