import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { decideAppend, type ExpectedRevision } from './decide-append.js';
import { expectedRevisionOf, streamNameOf } from './messages.js';
import { admit, authorize, type Node } from './node.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord } from './scripted-log.js';

/** The `Delete` call: the stream ends and can be written to again. */
export function handleDelete(
  node: Node,
  call: ServerUnaryCall<DeleteReq, DeleteResp>,
  answer: sendUnaryData<DeleteResp>,
): void {
  try {
    const record = end(node, call, (stream) => deleteSoftly(node, stream));
    const position = new streamsPb.DeleteResp.Position()
      .setCommitPosition(String(record.position))
      .setPreparePosition(String(record.position));
    answer(null, new streamsPb.DeleteResp().setPosition(position));
  } catch (error) {
    answer(rpcErrors.from(error));
  }
}

/** The `Tombstone` call: the stream ends for ever. */
export function handleTombstone(
  node: Node,
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  answer: sendUnaryData<TombstoneResp>,
): void {
  try {
    const record = end(node, call, (stream) => node.database.log.tombstone(stream));
    const position = new streamsPb.TombstoneResp.Position()
      .setCommitPosition(String(record.position))
      .setPreparePosition(String(record.position));
    answer(null, new streamsPb.TombstoneResp().setPosition(position));
  } catch (error) {
    answer(rpcErrors.from(error));
  }
}

function deleteSoftly(node: Node, stream: string): LogRecord | undefined {
  const { log } = node.database;
  const isKnown = [stream, `$$${stream}`].some((name) => log.stream(name)?.records.length);
  if (!isKnown) throw rpcErrors.wrongVersion('Delete', stream, -2n, -1n);
  return log.delete(stream);
}

function end(
  node: Node,
  { metadata, request }: ServerUnaryCall<DeleteReq | TombstoneReq, unknown>,
  write: (stream: string) => LogRecord | undefined,
): LogRecord {
  const caller = admit(node, metadata);
  const options = request.getOptions();
  if (options === undefined) throw rpcErrors.handlerFailed();
  const stream = streamNameOf(options);
  authorize(node, caller, stream, 'delete');
  checkVersion(node, stream, expectedRevisionOf(options));
  const written = write(stream);
  if (written === undefined) throw rpcErrors.handlerFailed();
  return written;
}

function checkVersion(node: Node, stream: string, expected: ExpectedRevision): void {
  const decision = decideAppend(node.database, { stream, expected, ids: [crypto.randomUUID()] });
  if (decision.kind === 'deleted') throw rpcErrors.streamDeleted(stream);
  if (decision.kind !== 'wrong-version') return;
  throw rpcErrors.wrongVersion('Delete', stream, numberOf(expected), BigInt(decision.actual));
}

/** The server's own numbers for versions that are none. */
function numberOf(expected: ExpectedRevision): bigint {
  if (expected === 'no-stream') return -1n;
  if (expected === 'any') return -2n;
  return expected === 'stream-exists' ? -4n : expected;
}
