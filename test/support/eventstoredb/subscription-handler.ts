import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { send } from './flow-control.js';
import { caughtUp, checkpoint, confirmation, readEvent } from './messages.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord, ScriptedLog } from './scripted-log.js';

/** How far a live subscriber may fall behind before the server drops it. */
const MAX_LIVE_LAG = 600;
const SCAN_WINDOW = 32;

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

interface Filter {
  readonly prefixes: readonly string[] | undefined;
  readonly checkpointInterval: number;
}

/** Sends a subscriber of `$all` everything behind its start, then what commits, until it leaves or `dropped` aborts. */
export async function followWholeLog(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
  dropped: AbortSignal,
): Promise<void> {
  let index = firstIndex(log, options);
  const filter = filterOf(options);
  const end = endOfCall(call, dropped);
  let isLive = false;
  let scanned = 0;
  await send(call, confirmation());
  while (!end.aborted) {
    const next = log.records[index];
    if (next === undefined) {
      if (!isLive) await send(call, caughtUp());
      isLive = true;
      if (log.records[index] === undefined) await log.nextCommit(end);
      continue;
    }
    index += 1;
    scanned += 1;
    const matches = isWanted(next, filter);
    if (matches) await sendOrDrop(log, call, next, isLive, end);
    if (filter.checkpointInterval > 0 && scanned % filter.checkpointInterval === 0) {
      await send(call, checkpoint(next.position, matches || isLive ? next.position : 0n), end);
    }
  }
  if (dropped.aborted) throw dropped.reason;
}

/** Catching up, a slow reader is waited for; live, it is dropped once it lags too far behind. */
async function sendOrDrop(
  log: ScriptedLog,
  call: ReadCall,
  record: LogRecord,
  isLive: boolean,
  end: AbortSignal,
): Promise<void> {
  if (!isLive) return send(call, readEvent(record), end);
  const sent = new AbortController();
  const sending = send(call, readEvent(record), end).finally(() => sent.abort());
  const length = log.records.length;
  while (!sent.signal.aborted && !end.aborted) {
    await log.nextCommit(AbortSignal.any([sent.signal, end]));
    if (!sent.signal.aborted && log.records.length - length > MAX_LIVE_LAG) {
      throw rpcErrors.tooSlow();
    }
  }
  await sending;
}

/** Where a subscriber starts: behind the position it names, which may lie beyond the end. */
function firstIndex(log: ScriptedLog, options: streams.ReadReq.Options): number {
  const all = options.getAll();
  if (all?.hasStart()) return 0;
  if (all?.hasEnd()) return log.records.length;
  const position = BigInt(all?.getPosition()?.getCommitPosition() ?? 0);
  if (position > (log.records.at(-1)?.position ?? -1n)) return log.records.length;
  const index = log.indexOf(position);
  if (index === undefined) throw rpcErrors.handlerFailed();
  return index + 1;
}

function filterOf(options: streams.ReadReq.Options): Filter {
  const filter = options.getFilter();
  if (filter === undefined) return { prefixes: undefined, checkpointInterval: 0 };
  return {
    prefixes: filter.getStreamIdentifier()?.getPrefixList() ?? [],
    checkpointInterval:
      filter.getCheckpointintervalmultiplier() * (filter.hasMax() ? filter.getMax() : SCAN_WINDOW),
  };
}

const isWanted = ({ stream }: LogRecord, { prefixes }: Filter): boolean =>
  prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));

function endOfCall(call: ReadCall, dropped: AbortSignal): AbortSignal {
  const left = new AbortController();
  call.on('cancelled', () => left.abort());
  call.on('close', () => left.abort());
  if (call.cancelled) left.abort();
  return AbortSignal.any([left.signal, dropped]);
}
