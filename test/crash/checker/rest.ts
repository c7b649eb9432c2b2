import { foldOf, shown, type Check, type Stream } from './evidence.js';

/** In the end every request rests, or waits for people who still may decide. */
export const checkRest: Check = ({ streams, endedAt }) =>
  [...streams].flatMap(([id, stream]) => {
    const why = whyRestless(stream, endedAt);
    if (why === null) return [];
    return [{ rule: 'never-rested', text: `Request ${id} ${why}`, evidence: stream.map(shown) }];
  });

const RESTING: ReadonlySet<string> = new Set(['executed', 'blocked', 'failed', 'outcome-unknown']);

function whyRestless(stream: Stream, now: number): string | null {
  const status = foldOf(stream)?.status;
  if (status === undefined || RESTING.has(status)) return null;
  if (status !== 'awaiting-approval') return `is ${status} in the end`;
  const asked = stream.find((event) => event.type === 'ApprovalRequested');
  const isDue = asked !== undefined && Date.parse(asked.data.expiresAt) <= now;
  return isDue ? `still waits for approval, since ${asked.data.requestedAt}` : null;
}
