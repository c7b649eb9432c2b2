import type { EventType } from './governed-request.events.js';

const ENDS: Readonly<Record<EventType, boolean>> = {
  Submitted: false,
  Classified: false,
  ApprovalRequested: false,
  ApprovalEscalated: false,
  ApprovalReminded: false,
  ApprovalGranted: false,
  ApprovalRefused: false,
  ContentAmended: false,
  Approved: false,
  ApprovalExpired: false,
  Blocked: true,
  ExecutionStarted: false,
  Executed: true,
  ExecutionFailed: true,
  // A person may still find out what came of it.
  ExecutionOutcomeUnknown: false,
  OutcomeResolved: true,
};

const LAST: ReadonlySet<string> = new Set(
  Object.entries(ENDS).flatMap(([type, ends]) => (ends ? [type] : [])),
);

/** Whether no event ever follows one of this type in the stream of a request. */
export const endsRequest = (type: string): boolean => LAST.has(type);
