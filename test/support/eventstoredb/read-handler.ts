import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { readEvent, streamNameOf, streamNotFound } from './messages.js';
import { sendInTurn } from './flow-control.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord, LogStream, ScriptedLog } from './scripted-log.js';

const { BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection;
type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** A read of one stream, with the server's answers for streams that are missing, deleted or cut off. */
export async function readOneStream(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
): Promise<void> {
  const asked = options.getStream();
  if (asked === undefined) throw new Error('No stream was asked for.');
  const name = streamNameOf(asked);
  const stream = log.stream(name);
  if (stream?.deletion === 'tombstone') throw rpcErrors.streamDeleted(name);
  if (stream === undefined || stream.deletion === 'soft' || stream.records.length === 0) {
    await sendInTurn(call, [streamNotFound(name)]);
    return;
  }
  const count = Number(options.getCount());
  if (count === 0) throw rpcErrors.readFailed('ReadStreamResult');
  await sendInTurn(call, selectFromStream(stream, asked, options, count).map(readEvent));
}

function selectFromStream(
  { records, firstRevision }: LogStream,
  asked: streams.ReadReq.Options.StreamOptions,
  options: streams.ReadReq.Options,
  count: number,
): readonly LogRecord[] {
  const head = records.length - 1;
  if (options.getReadDirection() === BACKWARDS) {
    const from = asked.hasStart() ? 0 : asked.hasEnd() ? head : Number(asked.getRevision());
    const readable = records.slice(firstRevision, Math.min(from, head) + 1);
    return readable.toReversed().slice(0, count);
  }
  if (asked.hasEnd()) throw rpcErrors.readFailed('ReadStreamResult');
  const from = asked.hasStart() ? 0 : Number(asked.getRevision());
  return records.slice(Math.max(from, firstRevision)).slice(0, count);
}

/** A read of the whole log: forwards from a position it is inclusive, backwards exclusive, and it knows no filter. */
export async function readWholeLog(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
): Promise<void> {
  const count = Number(options.getCount());
  if (count === 0) return new Promise(() => {});
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const index = startOf(log, options, isBackwards);
  const selected = isBackwards
    ? log.records.slice(Math.max(0, index - count), index).toReversed()
    : log.records.slice(index, index + count);
  await sendInTurn(call, selected.map(readEvent));
}

function startOf(log: ScriptedLog, options: streams.ReadReq.Options, isBackwards: boolean): number {
  const all = options.getAll();
  if (all?.hasStart()) return 0;
  if (all?.hasEnd()) return log.records.length;
  const position = BigInt(all?.getPosition()?.getCommitPosition() ?? 0);
  const isBeyondTheEnd = position > (log.records.at(-1)?.position ?? -1n);
  if (isBeyondTheEnd && !isBackwards) return log.records.length;
  const index = log.indexOf(position);
  if (index === undefined) throw rpcErrors.readFailed('ReadAllResult');
  return index;
}
