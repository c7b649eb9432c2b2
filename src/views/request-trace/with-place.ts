import type { RecordedTrace, Trace } from './trace.js';

/** What a process knows of the turns of requests. */
interface Turns {
  /** Whether the request has its turn. */
  isRunning(id: string): boolean;
  /** Its place among those that wait, from 1; `null` when it does not wait here. */
  placeOf(id: string): number | null;
}

/** The trace with the place of a request that waits for its turn, as this process knows it now. */
export function withPlace(
  trace: RecordedTrace,
  turns: Turns,
  versions: Trace['versions'] = null,
): Trace {
  const { id } = trace;
  const queued = isAllowed(trace) && !turns.isRunning(id) ? { place: turns.placeOf(id) } : null;
  return { ...trace, versions, queued };
}

const isAllowed = (trace: RecordedTrace): boolean =>
  trace.status === 'approved' || (trace.status === 'classified' && isGreen(trace));

/** What was amended is no longer allowed by its colour alone. */
const isGreen = ({ classification, approval }: RecordedTrace): boolean =>
  classification?.allow === true && !classification.requiresApproval && approval === null;
