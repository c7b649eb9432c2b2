import type { GovernedRequest } from '../governed-request.js';
import type { Decide } from '../governed-requests.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused, type RefusalCode } from '../refused.js';

/** With which right somebody decides: their own, or that of a person they stand in for. */
export interface Right {
  readonly standsInFor: string | null;
  readonly groups: readonly string[];
  /** From then on it is none any more; null: their own, without an end. */
  readonly endsAt: string | null;
}

export const ownRight = (groups: readonly string[]): Right => ({
  standsInFor: null,
  groups,
  endsAt: null,
});

/**
 * Answers the rights to decide with, the first that is enough. Asked for each try: where another writer came first and the
 * request is decided on anew, a right may have been taken back meanwhile.
 */
export type FindRights = () => readonly Right[] | Promise<readonly Right[]>;

/** What stands in the way of deciding with one right, where another may do. */
const OF_THE_RIGHT: ReadonlySet<RefusalCode> = new Set([
  'self-approval',
  'not-eligible',
  'already-decided',
]);

/** Decides with the first right that is enough, of those that there are when the request was read. */
export const byFirstRight =
  (
    rights: FindRights,
    decide: (request: GovernedRequest, right: Right, now: Date) => readonly GovernedRequestEvent[],
  ): Decide =>
  async (request, now) =>
    withFirstRight(await rights(), now, (right) => decide(request, right, now));

/** What is decided with the first right that is enough for it; where none is, throws the refusal that tells most. */
export function withFirstRight<T>(
  rights: readonly Right[],
  now: Date,
  decide: (right: Right) => T,
): T {
  const refusals: Refused[] = [];
  for (const right of rights.filter((one) => isInForce(one, now))) {
    try {
      return decide(right);
    } catch (error) {
      if (!(error instanceof Refused) || !OF_THE_RIGHT.has(error.code)) throw error;
      refusals.push(error);
    }
  }
  const telling = refusals.find(({ code }) => code !== 'not-eligible') ?? refusals[0];
  throw telling ?? new Refused('not-standing-in', 'The time as a stand-in is over.');
}

const isInForce = ({ endsAt }: Right, now: Date): boolean =>
  endsAt === null || now.getTime() < Date.parse(endsAt);
