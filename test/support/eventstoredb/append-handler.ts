import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { decideAppend, type AppendDecision, type ExpectedRevision } from './decide-append.js';
import type { Faults } from './faults.js';
import {
  appended,
  expectedRevisionOf,
  proposedRecordOf,
  streamNameOf,
  wrongVersion,
} from './messages.js';
import { rpcErrors } from './rpc-errors.js';
import type { ProposedRecord, ScriptedLog } from './scripted-log.js';

const MAX_APPEND_SIZE = 1_048_576;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

export interface AppendContext {
  readonly log: ScriptedLog;
  readonly faults: Faults;
  /** The event ids that the server still holds in memory. */
  readonly remembered: Set<string>;
  cutConnections(): void;
}

type Proposal = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly records: readonly ProposedRecord[];
};

/** The `Append` call: one request of many messages, one answer. */
export function handleAppend(
  context: AppendContext,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): void {
  const messages: AppendReq[] = [];
  call.on('data', (message: AppendReq) => messages.push(message));
  call.on('error', () => {});
  // A connection that breaks in the middle of a request ends it too: half an append must not be written.
  call.on('end', () =>
    setImmediate(() => call.cancelled || answerAppend(context, messages, answer)),
  );
}

function answerAppend(
  context: AppendContext,
  messages: readonly AppendReq[],
  answer: sendUnaryData<AppendResp>,
): void {
  const fault = context.faults.nextAppend();
  if (fault === 'no-answer') return;
  const refusal = fault === 'not-ready' ? rpcErrors.notReady() : context.faults.nextRefusal();
  if (refusal) return answer(refusal);

  const proposal = proposalOf(messages);
  if (!isStorable(proposal)) return answer(rpcErrors.handlerFailed());
  if (sizeOf(proposal) > MAX_APPEND_SIZE) return answer(rpcErrors.tooLarge(MAX_APPEND_SIZE));
  const answered = carryOut(context, proposal);
  if (fault === 'no-answer-after-write') return;
  if (fault === 'cut-after-write') return context.cutConnections();
  if (answered === 'deleted') return answer(rpcErrors.streamDeleted(proposal.stream));
  answer(null, answered);
}

function proposalOf(messages: readonly AppendReq[]): Proposal {
  const options = messages[0]?.getOptions();
  if (options === undefined) throw new Error('An append begins with its options.');
  const records = messages
    .slice(1)
    .map((message) => message.getProposedMessage())
    .filter((message) => message !== undefined)
    .map(proposedRecordOf);
  return { stream: streamNameOf(options), expected: expectedRevisionOf(options), records };
}

function carryOut(context: AppendContext, proposal: Proposal): AppendResp | 'deleted' {
  const { log, remembered } = context;
  const { stream, expected, records } = proposal;
  const held = log.stream(stream);
  const decision = decideAppend(held, expected, records, (id) => remembered.has(id));
  if (decision.kind === 'deleted') return 'deleted';
  if (decision.kind === 'wrong-version') return wrongVersion(expected, decision.actual);
  if (decision.kind === 'repeated') return repeated(decision);
  return write(context, proposal);
}

const repeated = (decision: AppendDecision & { kind: 'repeated' }): AppendResp =>
  appended(decision.last?.revision ?? decision.revision, decision.last?.position);

function write({ log, remembered }: AppendContext, { stream, records }: Proposal): AppendResp {
  const held = log.stream(stream);
  if (held?.deletion === 'soft' && records.length > 0) {
    held.deletion = 'none';
    held.firstRevision = held.records.length;
  }
  const last = log.append(stream, records).at(-1);
  for (const { id } of records) remembered.add(id);
  // Observed: an append without events succeeds and names revision 0 even where no event exists.
  return appended(last?.revision ?? Math.max(0, (held?.records.length ?? 0) - 1), last?.position);
}

const isStorable = ({ stream, records }: Proposal): boolean =>
  stream !== '' && records.every(({ id, type }) => UUID.test(id) && id !== NIL_UUID && type !== '');

const sizeOf = ({ records }: Proposal): number =>
  records.reduce((bytes, { data }) => bytes + data.length, 0);
