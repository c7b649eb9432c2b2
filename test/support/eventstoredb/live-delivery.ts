import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { send } from './flow-control.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord } from './scripted-log.js';

/** What the server keeps for a live subscriber that takes nothing: bytes on their way out, and events behind them. */
const MAX_BYTES_WAITING = 65_536;
const MAX_EVENTS_WAITING = 64;

/**
 * A subscriber that took fewer events than this since the last look, at so many looks in a row, is too slow. Counted in
 * events, not in time: a process that gets no processor is no slow subscriber, and one that sleeps takes one in a turn.
 */
const FEW_EVENTS = 20;
const CHECK_MILLISECONDS = 50;
const SLOW_CHECKS = 4;

/** What a record takes on the wire besides what is in it. */
const OVERHEAD = 200;

/** Sends to a live subscriber, and drops it once it stands still with more behind it than the server keeps. */
export class LiveDelivery {
  #sent = 0;
  #idleSince = performance.now();
  #checked = { at: performance.now(), sent: 0 };
  #slowChecks = 0;

  constructor(
    private readonly topic: { readonly records: readonly LogRecord[] },
    private readonly call: ServerWritableStream<ReadReq, ReadResp>,
    private readonly isWanted: (record: LogRecord) => boolean,
    private readonly end: AbortSignal,
  ) {}

  /** Throws when the subscriber is too slow; `next` is the index of the first record behind `message`. */
  async send(message: ReadResp, next: number): Promise<void> {
    // Time in which there was nothing to send is not the subscriber's.
    this.#checked.at += performance.now() - this.#idleSince;
    const stalled = Promise.withResolvers<void>();
    const watch = setInterval(() => {
      if (this.#isTooSlow(next)) stalled.reject(rpcErrors.tooSlow());
    }, CHECK_MILLISECONDS);
    try {
      if (this.#isTooSlow(next)) throw rpcErrors.tooSlow();
      await Promise.race([send(this.call, message, this.end), stalled.promise]);
      this.#sent += 1;
    } finally {
      clearInterval(watch);
      this.#idleSince = performance.now();
    }
  }

  /** Looks at most every 50 ms. */
  #isTooSlow(next: number): boolean {
    if (performance.now() - this.#checked.at < CHECK_MILLISECONDS) return false;
    const isSlow = this.#sent - this.#checked.sent < FEW_EVENTS;
    this.#checked = { at: performance.now(), sent: this.#sent };
    this.#slowChecks = isSlow && this.#isTooMuchWaiting(next) ? this.#slowChecks + 1 : 0;
    return this.#slowChecks >= SLOW_CHECKS;
  }

  #isTooMuchWaiting(next: number): boolean {
    let bytes = 0;
    let events = 0;
    for (const record of this.topic.records.slice(next)) {
      if (!this.isWanted(record)) continue;
      bytes += OVERHEAD + record.data.length + record.metadata.length;
      if (bytes > MAX_BYTES_WAITING) events += 1;
    }
    return events > MAX_EVENTS_WAITING;
  }
}
