import type { GroupCount } from '../../policy/classification.js';
import { voicesOf, type RightUsed } from './voices-of.js';

/** What an approval still needs. */
export interface MissingApprovals {
  /** Further approvals that it takes at least, 1 or more. */
  readonly approvals: number;
  /** Of those, so many from each of these groups. */
  readonly atLeast: readonly GroupCount[];
}

interface Terms {
  readonly quorum: number;
  readonly atLeast: readonly GroupCount[];
}

interface Granted extends RightUsed {
  readonly groups: readonly string[];
}

/**
 * What is missing until the content may run; null: nothing, the approvals are enough. Whoever is in several of the groups
 * counts for each of them, and once for the quorum. In which order they came makes no difference, and one more never makes
 * it worse. Where somebody edited the content, one of them at least has to be somebody who edited none of it.
 */
export function missingApprovals(
  { quorum, atLeast }: Terms,
  granted: readonly Granted[],
  /** The voices that edited what led to the content; none: it is as it was submitted. */
  editors: readonly string[],
): MissingApprovals | null {
  const lacking = atLeast
    .map(({ group, count }) => ({ group, count: count - membersOf(group, granted) }))
    .filter(({ count }) => count > 0);
  const independent = isIndependent(granted, editors) ? 0 : 1;
  const counts = lacking.map(({ count }) => count);
  const approvals = Math.max(quorum - granted.length, independent, ...counts);
  return approvals > 0 ? { approvals, atLeast: lacking } : null;
}

const isIndependent = (granted: readonly Granted[], editors: readonly string[]): boolean =>
  editors.length === 0 ||
  granted.some((one) => !voicesOf(one).some((voice) => editors.includes(voice)));

const membersOf = (group: string, granted: readonly Granted[]): number =>
  granted.filter(({ groups }) => groups.includes(group)).length;
