import type { EventData } from '../../../src/governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import type { Streams } from '../support/event-log.js';
import { isFinal } from '../support/outcome.js';

type OfType<T extends RecordedEvent['type']> = Extract<RecordedEvent, { readonly type: T }>;

/** What is wrong with the streams by themselves; one line each, empty when nothing is. */
export const checkStreams = (streams: Streams): readonly string[] =>
  [...streams].flatMap(([id, events]) =>
    [...checkOrder(events), ...checkOutcome(events), ...checkAllowance(events)].map(
      (fault) => `${id}: ${fault} (${events.map(({ type }) => type).join(', ')})`,
    ),
  );

function* checkOrder(events: readonly RecordedEvent[]): Iterable<string> {
  if (events.some(({ version }, at) => version !== at)) yield 'its versions have a gap';
  if (events.some(({ position }, at) => at > 0 && position <= (events[at - 1]?.position ?? 0n))) {
    yield 'its positions do not grow';
  }
  if (ofType(events, 'Submitted').length !== 1) yield 'it was not submitted exactly once';
}

function* checkOutcome(events: readonly RecordedEvent[]): Iterable<string> {
  const finals = events.filter(isFinal);
  if (finals.length !== 1) yield `it has ${finals.length} final outcomes`;
  if (finals.length > 0 && finals[0] !== events.at(-1)) yield 'something stands behind its outcome';
}

function* checkAllowance(events: readonly RecordedEvent[]): Iterable<string> {
  const starts = ofType(events, 'ExecutionStarted');
  const approvals = ofType(events, 'Approved');
  if (starts.length > 1) yield `it was started ${starts.length} times`;
  if (approvals.length > 1) yield `it was approved ${approvals.length} times`;
  for (const start of starts) {
    const before = events.slice(0, start.version);
    if (!isAllowed(before, start.data.contentDigest)) yield 'it was started without being allowed';
  }
  for (const approval of approvals) {
    if (!isBacked(events.slice(0, approval.version), approval.data)) {
      yield 'it was approved by too few people';
    }
  }
}

function isAllowed(before: readonly RecordedEvent[], digest: string): boolean {
  const classified = ofType(before, 'Classified').at(-1)?.data;
  const isGreen = classified?.risk === 'green' && classified.allow && !classified.requiresApproval;
  const submitted = ofType(before, 'Submitted')[0]?.data.contentDigest;
  if (isGreen) return submitted === digest;
  return ofType(before, 'Approved').some(({ data }) => data.contentDigest === digest);
}

function isBacked(before: readonly RecordedEvent[], { by }: EventData<'Approved'>): boolean {
  const quorum = ofType(before, 'ApprovalRequested')[0]?.data.quorum ?? Infinity;
  const requester = ofType(before, 'Submitted')[0]?.data.requester;
  const granted = new Set(ofType(before, 'ApprovalGranted').map(({ data }) => data.by));
  return (
    granted.size >= quorum && by.every((one) => granted.has(one)) && !granted.has(requester ?? '')
  );
}

export const ofType = <T extends RecordedEvent['type']>(
  events: readonly RecordedEvent[],
  type: T,
): readonly OfType<T>[] => events.filter((event): event is OfType<T> => event.type === type);
