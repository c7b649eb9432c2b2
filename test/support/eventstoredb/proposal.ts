import type { AppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from './decide-append.js';
import { expectedRevisionOf, proposedRecordOf, streamNameOf } from './messages.js';
import { rpcErrors } from './rpc-errors.js';
import type { ProposedRecord } from './scripted-log.js';

/** The sum of data bytes that one append may have; metadata is not counted. */
const MAX_APPEND_SIZE = 1_048_576;
/** 16 MiB less what the server keeps for the header of a record. */
const MAX_MESSAGE_SIZE = 16 * 1_024 * 1_024 - 10_000;
/** What an event has in its message besides data and metadata is smaller, unless its type is longer than any. */
const MESSAGE_OVERHEAD = 1_048_576;
const NIL_UUID = '0'.repeat(32);
const UUID = /^[0-9a-f]{32}$/;

/** What is to be appended. */
export interface Proposal {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly records: readonly ProposedRecord[];
}

export function streamOf(messages: readonly AppendReq[]): string {
  const options = messages[0]?.getOptions();
  const stream = options === undefined ? '' : streamNameOf(options);
  if (stream === '') throw rpcErrors.handlerFailed();
  return stream;
}

/** Throws when a message, or all data together, is too large. */
export function checkSize(messages: readonly AppendReq[]): void {
  let bytes = 0;
  for (const message of messages) {
    const proposed = message.getProposedMessage();
    const data = proposed?.getData_asU8().length ?? 0;
    const metadata = proposed?.getCustomMetadata_asU8().length ?? 0;
    bytes += data;
    const mayBeTooLong = data + metadata + MESSAGE_OVERHEAD > MAX_MESSAGE_SIZE;
    if (mayBeTooLong && message.serializeBinary().length > MAX_MESSAGE_SIZE) {
      throw rpcErrors.messageTooLarge();
    }
    if (bytes > MAX_APPEND_SIZE) throw rpcErrors.tooLarge(MAX_APPEND_SIZE);
  }
}

/** Throws when an event has no type, or an id that is no UUID. */
export function proposalOf(messages: readonly AppendReq[]): Proposal {
  const options = messages[0]?.getOptions();
  if (options === undefined) throw rpcErrors.handlerFailed();
  const records = messages
    .slice(1)
    .map((message) => message.getProposedMessage())
    .filter((message) => message !== undefined)
    .map(proposedRecordOf)
    .map((record) => ({ ...record, id: uuidOf(record.id) }));
  if (records.some(({ type }) => type === '')) throw rpcErrors.handlerFailed();
  return { stream: streamOf(messages), expected: expectedRevisionOf(options), records };
}

/** The server takes a UUID in capitals, in braces and without dashes, and answers with its usual form. */
function uuidOf(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  if (!UUID.test(digits) || digits === NIL_UUID) throw rpcErrors.handlerFailed();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
