import { place, shown, type Check, type Stream } from './evidence.js';
import type { Violation } from './violation.js';

/** What was approved was approved by as many different people as it needed, none of them its author. */
export const checkApprovals: Check = ({ streams }) => [...streams.values()].flatMap(approvalsOf);

function approvalsOf(stream: Stream): Violation[] {
  const granted = stream.flatMap((event) =>
    event.type === 'ApprovalGranted' ? [event.data.by] : [],
  );
  const people = new Set(granted);
  const violations: Violation[] = [];
  const violate = (text: string) =>
    violations.push({ rule: 'approval-counted-twice', text, evidence: stream.map(shown) });
  if (people.size < granted.length)
    violate(`${stream[0]?.stream} was approved twice by one person`);
  const terms = stream.find((event) => event.type === 'ApprovalRequested');
  const approved = stream.find((event) => event.type === 'Approved');
  if (approved && String(approved.data.by) !== String(granted)) {
    violate(
      `${place(approved)} names ${approved.data.by.join(', ')}, granted by ${granted.join(', ')}`,
    );
  }
  if (approved && granted.length !== terms?.data.quorum) {
    violate(`${place(approved)} has ${granted.length} of ${terms?.data.quorum} approvals`);
  }
  const [first] = stream;
  if (first?.type === 'Submitted' && people.has(first.data.requester)) {
    violate(`${first.stream} was approved by its requester`);
  }
  return violations;
}
