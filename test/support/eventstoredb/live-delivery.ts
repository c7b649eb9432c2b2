import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { send } from './flow-control.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord } from './scripted-log.js';

/** What the server keeps for a live subscriber that takes nothing: bytes on their way out, and events behind them. */
const MAX_BYTES_WAITING = 65_536;
const MAX_EVENTS_WAITING = 64;

/** A connection that merely had no turn yet must not be taken for one that takes nothing. */
const STALL_CHECK_MILLISECONDS = 50;
const STALL_CHECKS = 4;

/** What a record takes on the wire besides what is in it. */
const OVERHEAD = 200;

/** Sends to a live subscriber, and drops it once it stands still with more behind it than the server keeps. */
export class LiveDelivery {
  constructor(
    private readonly topic: { readonly records: readonly LogRecord[] },
    private readonly call: ServerWritableStream<ReadReq, ReadResp>,
    private readonly isWanted: (record: LogRecord) => boolean,
    private readonly end: AbortSignal,
  ) {}

  /** Throws when the subscriber is too slow; `next` is the index of the first record behind `message`. */
  async send(message: ReadResp, next: number): Promise<void> {
    const stalled = Promise.withResolvers<void>();
    let checks = 0;
    const watch = setInterval(() => {
      checks = this.#isTooMuchWaiting(next) ? checks + 1 : 0;
      if (checks >= STALL_CHECKS) stalled.reject(rpcErrors.tooSlow());
    }, STALL_CHECK_MILLISECONDS);
    try {
      await Promise.race([send(this.call, message, this.end), stalled.promise]);
    } finally {
      clearInterval(watch);
    }
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
