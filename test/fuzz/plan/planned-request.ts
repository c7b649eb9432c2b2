/** How the bytes of a request reach the service. */
export const FRAMINGS = [
  /** The body's length in `Content-Length`, or no body. */
  'plain',
  'chunked',
  /** Chunks with extensions, and trailers behind them. */
  'chunk-extensions',
  /** `Content-Length` and `Transfer-Encoding` at once. */
  'both-lengths',
  /** A length beyond what comes. */
  'longer-length',
  /** A length before what comes, so that the rest looks like another request. */
  'shorter-length',
  /** A body that no header tells of. */
  'no-length',
  'http-1.0',
  /** In three pieces. */
  'pieces',
  /** Twice, without waiting for an answer. */
  'pipelined',
  /** Ends in the middle. */
  'cut',
  /** Lines end with LF alone. */
  'bare-lf',
  /** No `Host`. */
  'no-host',
] as const;
export type Framing = (typeof FRAMINGS)[number];

export type Header = readonly [name: string, value: string];

/**
 * A request as it was thought up: plain data, so that it can be made again from a seed, shrunk and printed. Texts hold
 * one byte a character; `{{…}}` stands for what only a running service can tell, see `KnownValues`.
 */
export interface PlannedRequest {
  /** The route it aims at, as in `GET /v1/requests/{id}`; `null` aims at none that is described. */
  readonly route: string | null;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
  readonly framing: Framing;
  /** Where pieces and cuts are, 0 to 1. */
  readonly at: number;
}
