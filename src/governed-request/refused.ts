/** Why a command changes nothing; each has one HTTP status in `http/problem-statuses.ts`. */
export type RefusalCode =
  | 'request-not-found'
  | 'idempotency-key-reused'
  | 'not-awaiting-approval'
  | 'approval-expired'
  | 'approval-not-expired'
  | 'self-approval'
  | 'human-required'
  | 'not-eligible'
  | 'comment-required'
  | 'already-decided'
  | 'content-changed'
  | 'nothing-amended'
  | 'kind-changed'
  | 'too-many-amendments'
  | 'not-withdrawable'
  | 'not-executable'
  | 'not-executing'
  | 'self-resolution'
  | 'outcome-not-unknown'
  | 'already-resolved'
  | 'not-standing-in'
  | 'self-delegation'
  | 'not-own-group'
  | 'invalid-delegation-period'
  | 'delegation-exists'
  | 'delegation-not-found'
  | 'delegation-over';

/** A rule of the domain says no. The message names what stands in the way, for the caller to read. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}
