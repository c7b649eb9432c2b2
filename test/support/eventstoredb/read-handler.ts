import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { readEvent, streamNameOf, streamNotFound } from './messages.js';
import { sendInTurn } from './flow-control.js';
import { startOf } from './log-position.js';
import { rpcErrors } from './rpc-errors.js';
import { isSoftDeleted, type LogRecord, type LogStream, type ScriptedLog } from './scripted-log.js';

const { BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection;
/** The server counts revisions in 64 bits with a sign. */
const MAX_REVISION = 2n ** 63n - 1n;
type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** A read of one stream, with the server's answers for streams that are missing, deleted or cut off. */
export async function readOneStream(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
): Promise<void> {
  const asked = options.getStream();
  if (asked === undefined) throw rpcErrors.handlerFailed();
  const name = streamNameOf(asked);
  const count = Number(options.getCount());
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const from = revisionOf(asked);
  if (count === 0 || (from === 'end' && !isBackwards))
    throw rpcErrors.readFailed('ReadStreamResult');
  const stream = log.stream(name);
  if (log.isTombstoned(name)) throw rpcErrors.streamDeleted(name);
  if (stream === undefined || isSoftDeleted(stream) || stream.records.length === 0) {
    return sendInTurn(call, [streamNotFound(name)]);
  }
  const selected = isBackwards ? backwards(stream, from) : forwards(stream, from);
  await sendInTurn(call, selected.slice(0, count).map(readEvent));
}

function forwards({ records, settings }: LogStream, from: bigint | 'end'): readonly LogRecord[] {
  if (from === 'end') return [];
  return records.slice(Number(from > settings.truncateBefore ? from : settings.truncateBefore));
}

function backwards({ records, settings }: LogStream, from: bigint | 'end'): readonly LogRecord[] {
  const last = from === 'end' ? records.length : Number(from) + 1;
  return records.slice(Number(settings.truncateBefore), last).toReversed();
}

function revisionOf(asked: streams.ReadReq.Options.StreamOptions): bigint | 'end' {
  if (asked.hasEnd()) return 'end';
  if (asked.hasStart()) return 0n;
  const revision = BigInt(asked.getRevision());
  if (revision === 2n ** 64n - 1n) return 'end';
  if (revision > MAX_REVISION) throw rpcErrors.handlerFailed();
  return revision;
}

/** A read of the whole log: forwards from a position it is inclusive, backwards exclusive, and it knows no filter. */
export async function readWholeLog(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
): Promise<void> {
  const count = Number(options.getCount());
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const index = startOf(log, options.getAll(), isBackwards ? 'backwards' : 'forwards');
  if (count === 0) return new Promise(() => {});
  const selected = isBackwards
    ? log.records.slice(Math.max(0, index - count), index).toReversed()
    : log.records.slice(index, index + count);
  await sendInTurn(call, selected.map(readEvent));
}
