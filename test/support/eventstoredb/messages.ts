import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from './decide-append.js';
import { TOMBSTONE, type LogRecord, type ProposedRecord } from './scripted-log.js';

/** All that the server keeps of what an event's data is. */
const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';
const TICKS_PER_MILLISECOND = 10_000n;
/** The revision that the server gives to the end of a stream. */
const LAST_REVISION = String(2n ** 63n - 1n);
const { ReadEvent, SubscriptionConfirmation, Checkpoint, CaughtUp, StreamNotFound } =
  streamsPb.ReadResp;

export const streamNameOf = (options: {
  getStreamIdentifier(): { getStreamName_asU8(): Uint8Array } | undefined;
}): string =>
  Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');

export function expectedRevisionOf(
  options: streams.AppendReq.Options | streams.DeleteReq.Options | streams.TombstoneReq.Options,
): ExpectedRevision {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return BigInt(options.getRevision());
}

export function proposedRecordOf(message: streams.AppendReq.ProposedMessage): ProposedRecord {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') === JSON_TYPE ? JSON_TYPE : BYTES_TYPE,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function appended(revision: number, position: bigint | undefined): streams.AppendResp {
  const success = new streamsPb.AppendResp.Success();
  success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new sharedPb.Empty());
  else {
    const at = new streamsPb.AppendResp.Position();
    at.setCommitPosition(String(position));
    at.setPreparePosition(String(position));
    success.setPosition(at);
  }
  return new streamsPb.AppendResp().setSuccess(success);
}

export function wrongVersion(expected: ExpectedRevision, actual: number): streams.AppendResp {
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
  if (actual === -1) wrong.setCurrentNoStream(new sharedPb.Empty());
  else wrong.setCurrentRevision(String(actual));
  if (expected === 'no-stream') wrong.setExpectedNoStream(new sharedPb.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new sharedPb.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new sharedPb.Empty());
  else wrong.setExpectedRevision(String(expected));
  return new streamsPb.AppendResp().setWrongExpectedVersion(wrong);
}

export function readEvent(record: LogRecord): streams.ReadResp {
  const recorded = new ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(record.id))
    .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(record.stream)))
    .setStreamRevision(record.type === TOMBSTONE ? LAST_REVISION : String(record.revision))
    .setCommitPosition(String(record.position))
    .setPreparePosition(String(record.position))
    .setCustomMetadata(record.metadata)
    .setData(record.data);
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.created.getTime()) * TICKS_PER_MILLISECOND));
  const event = new ReadEvent().setEvent(recorded).setCommitPosition(String(record.position));
  return new streamsPb.ReadResp().setEvent(event);
}

export function streamNotFound(stream: string): streams.ReadResp {
  const identifier = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream));
  const notFound = new StreamNotFound().setStreamIdentifier(identifier);
  return new streamsPb.ReadResp().setStreamNotFound(notFound);
}

export const confirmation = (): streams.ReadResp =>
  new streamsPb.ReadResp().setConfirmation(
    new SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID()),
  );

export const checkpoint = (commit: bigint, prepare: bigint): streams.ReadResp =>
  new streamsPb.ReadResp().setCheckpoint(
    new Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare)),
  );

export const caughtUp = (): streams.ReadResp =>
  new streamsPb.ReadResp().setCaughtUp(new CaughtUp());
