import { isAuthor } from '../is-author.js';
import { voicesOf } from './voices-of.js';

/** Who would decide. */
export interface Voter {
  /** One person has one identity, whatever the number of their keys. */
  readonly approver: string;
  readonly kind: 'human' | 'machine';
  /** Those of the right that they would decide with. */
  readonly groups: readonly string[];
  /** Whom they stand in for; null or absent: they decide with their own right. */
  readonly standsInFor?: string | null;
}

/** What it depends on who may decide on a request that waits. */
export interface Undecided {
  readonly requester: string;
  readonly onBehalfOf: string | null;
  /** Whether only people may decide. */
  readonly human: boolean;
  /** Groups whose members may decide; empty: every approver. */
  readonly eligible: readonly string[];
  /** Groups whose members may decide as well, since it was escalated to them. */
  readonly escalatedTo: readonly string[];
  /** Whose voice was heard on this content: who approved it, and for whom. */
  readonly voices: readonly string[];
}

export type Objection = 'self-approval' | 'human-required' | 'not-eligible' | 'already-decided';

/** Why this person may not decide, the first reason that there is; null: they may. The approval queue asks the same. */
export function objectionTo(undecided: Undecided, voter: Voter): Objection | null {
  const { human, voices } = undecided;
  const own = voicesOf({ by: voter.approver, standsInFor: voter.standsInFor ?? null });
  if (own.some((voice) => isAuthor(voice, undecided))) return 'self-approval';
  if (human && voter.kind !== 'human') return 'human-required';
  if (!isEligible(undecided, voter)) return 'not-eligible';
  return own.some((voice) => voices.includes(voice)) ? 'already-decided' : null;
}

const isEligible = ({ eligible, escalatedTo }: Undecided, { groups }: Voter): boolean =>
  eligible.length === 0 || [...eligible, ...escalatedTo].some((group) => groups.includes(group));
