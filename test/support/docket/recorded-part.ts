import type { RecordedTrace, Trace } from '../../../src/views/request-trace/trace.js';

/** What a trace says of the log, without what only the replica that answered knows. */
export function recordedPart(trace: Trace): RecordedTrace {
  const { queued: _, ...recorded } = trace;
  return recorded;
}
