import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import type { RecordedTrace, TraceVersion } from '../request-trace/trace.js';

/**
 * A trace for those who may count but not read: without what people and agents wrote. Content, response, words that
 * rules found, reasons (they quote such words, or are people's own), session key, comments and the gateway's messages
 * are null; digests stay.
 */
export function withoutContent<T extends RecordedTrace>(trace: T): T {
  const { classification, approval, execution, blocked } = trace;
  return {
    ...trace,
    content: null,
    sessionKey: null,
    classification: classification && withoutWords(classification),
    approval: approval && {
      ...approval,
      decisions: approval.decisions.map((decision) => ({ ...decision, comment: null })),
    },
    execution: execution && {
      ...execution,
      response: null,
      error: execution.error && { ...execution.error, message: null },
      resolution: execution.resolution && { ...execution.resolution, comment: null },
    },
    blocked: blocked && { ...blocked, reason: null },
  };
}

/** A version of an amended content under the same rule: who made it and when, how it was judged, who approved it. */
export const versionWithoutContent = (version: TraceVersion): TraceVersion => ({
  ...version,
  content: null,
  comment: null,
  classification: version.classification && withoutWords(version.classification),
  difference: null,
});

const withoutWords = <T extends NonNullable<RecordedTrace['classification']>>(judged: T): T => ({
  ...judged,
  reason: null,
  findings: judged.findings.map((finding) => ({ ...finding, text: null })),
});

/** An event's data under the same rule; what is left out is null. */
export function dataWithoutContent(event: RecordedEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'Submitted':
      return { ...event.data, content: null, sessionKey: null };
    case 'Classified': {
      const findings = event.data.findings.map((finding) => ({ ...finding, text: null }));
      return { ...event.data, reason: null, findings };
    }
    case 'ApprovalGranted':
    case 'ApprovalRefused':
    case 'OutcomeResolved':
      return { ...event.data, comment: null };
    case 'ContentAmended':
      return { ...event.data, content: null, comment: null };
    case 'Executed':
      return { ...event.data, response: null };
    case 'ExecutionFailed':
      return { ...event.data, message: null };
    case 'Blocked':
    case 'ExecutionOutcomeUnknown':
      return { ...event.data, reason: null };
    case 'ApprovalRequested':
    case 'ApprovalEscalated':
    case 'ApprovalReminded':
    case 'Approved':
    case 'ApprovalExpired':
    case 'ExecutionStarted':
      return event.data;
  }
}
