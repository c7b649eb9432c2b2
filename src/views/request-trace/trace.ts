import { z } from 'zod';
import {
  actorKind,
  blockCode,
  groupCount,
  requestContent,
  resolvedOutcome,
  risk,
  usage,
} from '../../governed-request/governed-request.events.js';

const time = z.iso.datetime({ precision: 3 });
const nullableText = z.string().nullable();

const traceClassification = z.strictObject({
  risk,
  category: z.string(),
  confidence: z.number(),
  requiresApproval: z.boolean(),
  allow: z.boolean(),
  /** It may quote words of the request. */
  reason: nullableText,
  /** Where which rule matched: offsets into the classified text in UTF-16 code units, and the very words. */
  findings: z
    .array(z.strictObject({ rule: z.string(), start: z.int(), end: z.int(), text: nullableText }))
    .readonly(),
  policy: z.strictObject({ name: z.string(), digest: z.string() }),
});

/** A person, a program or Docket itself; null where an event of an older version does not say. */
const kindOfActor = actorKind.nullable();

const traceDecision = z.strictObject({
  by: z.string(),
  byKind: kindOfActor,
  decision: z.enum(['approve', 'reject', 'amend']),
  /** The groups of the right that they used; of an amendment the groups they were in. */
  groups: z.array(z.string()).readonly(),
  /** Whose right they used, where it was not their own. */
  standsInFor: z.string().nullable(),
  comment: nullableText,
  at: time,
});
export type TraceDecision = z.infer<typeof traceDecision>;

/** From when on members of these groups may decide as well; `escalatedAt` is null until it is recorded. */
const traceEscalation = z.strictObject({
  at: time,
  to: z.array(z.string()).readonly(),
  escalatedAt: time.nullable(),
});

const missingApprovals = z.strictObject({
  /** Further approvals that it takes at least. */
  approvals: z.int().positive(),
  /** Of those, so many from each of these groups. */
  atLeast: z.array(groupCount).readonly(),
});

const traceApproval = z.strictObject({
  state: z.enum(['waiting', 'approved', 'refused', 'expired', 'withdrawn']),
  requestedAt: time,
  expiresAt: time,
  quorum: z.int(),
  /** Groups that may decide; empty: every approver. */
  eligible: z.array(z.string()).readonly(),
  /** Of those who approve, so many at least from each of these groups. */
  atLeast: z.array(groupCount).readonly(),
  /** Only people may decide, no machines. */
  human: z.boolean(),
  escalation: traceEscalation.nullable(),
  /** `remindedAt` is null until it is recorded. */
  reminders: z.array(z.strictObject({ at: time, remindedAt: time.nullable() })).readonly(),
  /** What is missing until it may run; null when nothing is, or nobody can decide it any more. */
  missing: missingApprovals.nullable(),
  decisions: z.array(traceDecision).readonly(),
});
export type TraceApproval = z.infer<typeof traceApproval>;

const traceResolution = z.strictObject({
  by: z.string(),
  byKind: kindOfActor,
  outcome: resolvedOutcome,
  comment: nullableText,
  at: time,
});

const traceExecution = z.strictObject({
  startedAt: time,
  finishedAt: time.nullable(),
  runId: nullableText,
  outcome: z.enum(['running', 'executed', 'failed', 'unknown']),
  response: nullableText,
  usage: usage.nullable(),
  /** Why it failed, or why its outcome was unknown; it stays when somebody has resolved that. */
  error: z.strictObject({ code: z.string(), message: nullableText }).nullable(),
  /** What somebody found out of an unknown outcome; `outcome` above then says the same. */
  resolution: traceResolution.nullable(),
});
export type TraceExecution = z.infer<typeof traceExecution>;

const traceBlock = z.strictObject({
  by: z.string(),
  code: blockCode,
  reason: nullableText,
  /** What the requester is offered instead. */
  alternative: nullableText,
  at: time,
});

export const requestStatus = z.enum([
  'submitted',
  'classified',
  'awaiting-approval',
  'approved',
  'executing',
  'executed',
  'blocked',
  'failed',
  'outcome-unknown',
]);

/** Everything that is recorded of one governed request. */
export const recordedTrace = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['chat', 'tool']),
  status: requestStatus,
  requester: z.string(),
  requesterKind: kindOfActor,
  onBehalfOf: nullableText,
  agent: z.string(),
  sessionKey: nullableText,
  submittedAt: time,
  /** Null for analysts, as every other text of a person or an agent. */
  content: requestContent.nullable(),
  contentDigest: z.string(),
  classification: traceClassification.nullable(),
  approval: traceApproval.nullable(),
  execution: traceExecution.nullable(),
  blocked: traceBlock.nullable(),
  /** Version of the last event of the stream that this trace stands on. */
  version: z.int(),
  /** Position of that event in the whole log, a decimal string. */
  position: z.string(),
});
export type RecordedTrace = Readonly<z.infer<typeof recordedTrace>>;

/** A turn that an allowed request waits for. It is no fact of the log: the process that answers says what it knows. */
const traceQueue = z.strictObject({
  /**
   * Place from 1 in the order in which this process would start what waits, if nobody else came and every agent and
   * conversation had room; null while it waits elsewhere: at another replica, or for the sweeper.
   */
  place: z.int().positive().nullable(),
});

const traceChange = z.strictObject({
  /** Where in the content, as a JSON Pointer (RFC 6901). What is added to a list, or removed, moves what stands behind it. */
  path: z.string(),
  /** Where in the text before, in UTF-16 code units; null where a whole value changed. */
  start: z.int().nonnegative().nullable(),
  /** Absent: nothing stood there. */
  removed: z.json().optional(),
  /** Absent: nothing stands there any more. */
  added: z.json().optional(),
});
export type TraceChange = z.infer<typeof traceChange>;

const traceDifference = z.strictObject({
  /** Too much to tell word by word and value by value: a change may cover more than what is different. */
  tooDifferent: z.boolean(),
  changes: z.array(traceChange).readonly(),
});
export type TraceDifference = z.infer<typeof traceDifference>;

/** What a request asked for from one amendment to the next. */
const traceVersion = z.strictObject({
  contentDigest: z.string(),
  /** Null for analysts, as the comment, the difference and the words in the classification. */
  content: requestContent.nullable(),
  /** Its requester, or the approver who made this of the version before. */
  by: z.string(),
  byKind: kindOfActor,
  at: time,
  /** Why it was amended; null for the first version. */
  comment: nullableText,
  /** Null only as of a moment between the events of one append. */
  classification: traceClassification.nullable(),
  /** Who approved exactly this version. */
  approvedBy: z.array(z.string()).readonly(),
  /** What is different from the version before; null for the first. */
  difference: traceDifference.nullable(),
});
export type TraceVersion = z.infer<typeof traceVersion>;

/** Everything that is known of one governed request, as the REST API answers it. */
export const trace = z
  .strictObject({
    ...recordedTrace.shape,
    /** All versions of an amended content, first to last; null where nobody amended it, and in lists. */
    versions: z.array(traceVersion).readonly().nullable(),
    /** Null unless the request is allowed and waits for its turn; always null for a past time. */
    queued: traceQueue.nullable(),
  })
  .meta({ id: 'Trace' });
export type Trace = Readonly<z.infer<typeof trace>>;
