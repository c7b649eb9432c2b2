import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { decideAppend } from './decide-append.js';
import type { AppendFault } from './faults.js';
import { appended, wrongVersion } from './messages.js';
import { admit, authorize, type Node } from './node.js';
import { checkSize, proposalOf, streamOf, type Proposal } from './proposal.js';
import { rpcErrors } from './rpc-errors.js';
import { isSoftDeleted, type LogRecord } from './scripted-log.js';

type AppendCall = ServerReadableStream<AppendReq, AppendResp>;
type Answer = sendUnaryData<AppendResp>;

/** The `Append` call: one request of many messages, one answer. */
export function handleAppend(node: Node, call: AppendCall, answer: Answer): void {
  const messages: AppendReq[] = [];
  call.on('data', (message: AppendReq) => messages.push(message));
  call.on('error', () => {});
  // A connection that breaks in the middle of a request ends it too: half an append must not be written.
  call.on('end', () =>
    setImmediate(() => call.cancelled || receiveAppend(node, call, messages, answer)),
  );
}

function receiveAppend(
  node: Node,
  call: AppendCall,
  messages: readonly AppendReq[],
  answer: Answer,
): void {
  const fault = node.faults.nextAppend();
  if (fault === 'no-answer') return;
  try {
    if (fault === 'not-ready') throw rpcErrors.notReady();
    const caller = admit(node, call.metadata);
    authorize(node, caller, streamOf(messages), 'write');
    checkSize(messages);
    const proposal = proposalOf(messages);
    node.database.gate.enter({
      isAbandoned: () => call.cancelled,
      carryOut: () => carryOut(node, proposal, answerUnless(fault, node, answer)),
    });
  } catch (error) {
    answer(rpcErrors.from(error));
  }
}

function answerUnless(fault: AppendFault | undefined, node: Node, answer: Answer): Answer {
  if (fault === 'no-answer-after-write') return () => {};
  if (fault === 'cut-after-write') return () => node.cutConnections();
  return answer;
}

function carryOut(node: Node, proposal: Proposal, answer: Answer): void {
  const { stream, expected, records } = proposal;
  const decision = decideAppend(node.database, { stream, expected, ids: records.map(idOf) });
  switch (decision.kind) {
    case 'deleted':
      return answer(rpcErrors.streamDeleted(stream));
    case 'wrong-version':
      return answer(null, wrongVersion(expected, decision.actual));
    case 'repeated':
      return answer(null, appended(decision.revision, decision.last?.position));
    case 'write':
      return write(node, proposal, answer);
  }
}

function write(node: Node, { stream, records }: Proposal, answer: Answer): void {
  const { log, gate } = node.database;
  if (records.length === 0)
    return answer(null, appended(nothingWrittenTo(node, stream), undefined));
  const held = log.stream(stream);
  const wasDeleted = held !== undefined && isSoftDeleted(held);
  const shown = node.faults.nextSplit(records.length);
  const finish = log.appendInTwoSteps(stream, records, shown);
  const complete = () => {
    const written = finish();
    if (wasDeleted) log.revive(stream, written[0]?.revision ?? 0);
    for (const { id, revision } of written) node.database.remembered.add(id, stream, revision);
    node.database.letOthersWrite();
    const last = written.at(-1);
    answer(null, appended(last?.revision ?? 0, last?.position));
  };
  if (shown === records.length) return complete();
  gate.close();
  node.database.split = complete;
}

/** Observed: an append without events succeeds and names revision 0 even where no event exists. */
const nothingWrittenTo = ({ database }: Node, stream: string): number =>
  Math.max(0, (database.log.stream(stream)?.records.length ?? 0) - 1);

const idOf = ({ id }: Pick<LogRecord, 'id'>): string => id;
