import type { RecordedTrace, Trace } from '../../../src/views/request-trace/trace.js';

/** What a trace has in every answer: without the place that only one replica knows, and the versions that lists leave out. */
export function recordedPart(trace: Trace): RecordedTrace {
  const { queued: _, versions: _versions, ...recorded } = trace;
  return recorded;
}
