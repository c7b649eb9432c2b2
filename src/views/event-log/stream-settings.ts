/** How streams of events are bounded. */
export interface StreamSettings {
  /** Streams open at the same time in this process. */
  readonly max: number;
  /** Of these, how many one identity may have. */
  readonly maxPerIdentity: number;
  /** Milliseconds without an event after which a comment shows that the stream lives. */
  readonly heartbeat: number;
  /** Milliseconds without a byte taken after which a reader is dropped. */
  readonly patience: number;
  /** Milliseconds between two looks at whether the reader's key or token is still good. */
  readonly recheck: number;
  /** Milliseconds, and up to three times as many, after which a client comes back whose stream ended. */
  readonly retry: number;
}
