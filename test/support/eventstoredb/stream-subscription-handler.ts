import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { endOfCall, send } from './flow-control.js';
import { LiveDelivery } from './live-delivery.js';
import { caughtUp, confirmation, readEvent, streamNameOf } from './messages.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord, ScriptedLog } from './scripted-log.js';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Sends a subscriber of one stream what is in it behind its start, then what is appended. */
export async function followOneStream(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
  dropped: AbortSignal,
): Promise<void> {
  const asked = options.getStream();
  if (asked === undefined) throw rpcErrors.handlerFailed();
  const name = streamNameOf(asked);
  const end = endOfCall(call, dropped);
  await send(call, confirmation(), end);
  await follow(log, name, call, startOf(log, name, asked), end);
  if (dropped.aborted) throw dropped.reason;
}

async function follow(
  log: ScriptedLog,
  name: string,
  call: ReadCall,
  start: number,
  end: AbortSignal,
): Promise<void> {
  let index = start;
  let delivery: LiveDelivery | undefined;
  while (!end.aborted) {
    const stream = log.stream(name);
    if (stream?.isTombstoned) throw rpcErrors.streamDeleted(name);
    const record = stream?.records[index];
    if (record !== undefined) {
      index += 1;
      await (delivery
        ? delivery.send(readEvent(record), index)
        : send(call, readEvent(record), end));
    } else if (delivery === undefined && stream !== undefined && stream.records.length > 0) {
      delivery = new LiveDelivery(stream, call, everything, end);
      await send(call, caughtUp(), end);
    } else {
      // Only a stream that exists can be caught up with.
      await log.nextCommit(end);
    }
  }
}

function startOf(
  log: ScriptedLog,
  name: string,
  asked: streams.ReadReq.Options.StreamOptions,
): number {
  const stream = log.stream(name);
  if (asked.hasEnd()) return stream?.records.length ?? 0;
  const first = Number(stream?.settings.truncateBefore ?? 0n);
  return asked.hasStart() ? first : Math.max(first, Number(asked.getRevision()) + 1);
}

const everything = (_record: LogRecord): boolean => true;
