import type { EventStoreError } from '../event-store.errors.js';

/** What a failed call means; every failure of the client is exactly one of these. */
export type CallFailure = Refusal | Setback;

/** The call is answered, and the same call would be answered so again. */
export interface Refusal {
  readonly kind:
    | 'conflict'
    | 'too-large'
    | 'denied'
    | 'invalid'
    | 'stream-missing'
    | 'position-unknown'
    | 'closed';
  readonly error: EventStoreError;
}

/** The call may succeed when it is made again. */
export type Setback =
  /** Certainly not carried out: it was never sent, or the node sent it back unread. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Certainly not carried out: another node leads, and the next call goes there. */
  | { readonly kind: 'not-leader'; readonly reason: string }
  /** It may have been carried out, or may be later. */
  | { readonly kind: 'outcome-unknown'; readonly reason: string }
  /** The client itself went wrong, and no call of it can be trusted any more. */
  | { readonly kind: 'broken-client'; readonly reason: string; readonly isSent: boolean };

/** The one error that the driver throws. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';

  constructor(
    readonly failure: CallFailure,
    options?: ErrorOptions,
  ) {
    super(reasonOf(failure), options);
  }
}

export const reasonOf = (failure: CallFailure): string =>
  isRefusal(failure) ? failure.error.message : failure.reason;

export function isRefusal(failure: CallFailure): failure is Refusal {
  switch (failure.kind) {
    case 'conflict':
    case 'too-large':
    case 'denied':
    case 'invalid':
    case 'stream-missing':
    case 'position-unknown':
    case 'closed':
      return true;
    case 'unavailable':
    case 'not-leader':
    case 'outcome-unknown':
    case 'broken-client':
      return false;
  }
}

/** Whether the call may have been carried out although it failed. */
export function mayBeDone(failure: Setback): boolean {
  switch (failure.kind) {
    case 'unavailable':
    case 'not-leader':
      return false;
    case 'outcome-unknown':
      return true;
    case 'broken-client':
      return failure.isSent;
  }
}

/** Whether the server was heard at all. */
export function isAnswer(failure: CallFailure): boolean {
  return isRefusal(failure) ? failure.kind !== 'closed' : failure.kind === 'not-leader';
}
