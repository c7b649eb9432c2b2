import type { BrokenStream } from './broken-streams.js';

/** What happened while the views were brought up to date, for the log. */
export type ProjectorReport =
  /** A view leaves a stream at an event it cannot read or apply, and goes on with all others. */
  | ({ readonly type: 'stream-broken' } & BrokenStream)
  /** A view follows a stream again that it had left. */
  | ({ readonly type: 'stream-healed' } & BrokenStream)
  /** A view is filled anew, as its rows came from another log. */
  | { readonly type: 'view-emptied'; readonly view: string }
  /** This process fills the views, after another one did. */
  | { readonly type: 'lease-taken' }
  /** This process lost the right to fill the views, and asks for it again. */
  | { readonly type: 'lease-lost' }
  /** Nothing was applied; it is tried again after `retryIn` milliseconds. */
  | { readonly type: 'projecting-failed'; readonly error: unknown; readonly retryIn: number };
