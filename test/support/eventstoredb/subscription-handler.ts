import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { endOfCall, send } from './flow-control.js';
import { LiveDelivery } from './live-delivery.js';
import { startBehind } from './log-position.js';
import { caughtUp, checkpoint, confirmation, readEvent } from './messages.js';
import { filterOf, type RecordFilter } from './record-filter.js';
import type { LogRecord, ScriptedLog } from './scripted-log.js';

/** How many wanted records the server sends before it looks for more. */
const PAGE = 32;

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Sends a subscriber of `$all` everything behind its start, then what commits, until it leaves or `dropped` aborts. */
export async function followWholeLog(
  log: ScriptedLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
  dropped: AbortSignal,
): Promise<void> {
  const filter = filterOf(options);
  const start = startBehind(log, options.getAll());
  const end = endOfCall(call, dropped);
  await send(call, confirmation(), end);
  const reached = await catchUp(log, call, filter, start, end);
  await send(call, caughtUp(), end);
  await followLive(log, call, filter, reached, end);
  if (dropped.aborted) throw dropped.reason;
}

/** How far a subscription is: the next record to look at, and how many it has looked at since the last checkpoint. */
interface Reached {
  index: number;
  sinceCheckpoint: number;
}

/** In pages of at most one search window; checkpoints are due behind a page, and none behind the last. */
async function catchUp(
  log: ScriptedLog,
  call: ReadCall,
  { isWanted, window, checkpointInterval }: RecordFilter,
  start: number,
  end: AbortSignal,
): Promise<Reached> {
  const reached = { index: start, sinceCheckpoint: 0 };
  while (!end.aborted) {
    const first = log.records[reached.index];
    const { wanted, considered } = pageOf(log, reached.index, isWanted, window);
    for (const record of wanted) await send(call, readEvent(record), end);
    reached.index += considered;
    reached.sinceCheckpoint += considered;
    if (first === undefined || reached.index >= log.records.length) return reached;
    if (checkpointInterval > 0 && reached.sinceCheckpoint >= checkpointInterval) {
      reached.sinceCheckpoint %= checkpointInterval;
      const last = wanted.at(-1);
      await send(call, last ? at(last) : checkpoint(first.position, 0n), end);
    }
  }
  return reached;
}

function pageOf(
  log: ScriptedLog,
  index: number,
  isWanted: (record: LogRecord) => boolean,
  window: number,
): { readonly wanted: readonly LogRecord[]; readonly considered: number } {
  const wanted: LogRecord[] = [];
  let considered = 0;
  while (considered < window && wanted.length < PAGE) {
    const record = log.records[index + considered];
    if (record === undefined) break;
    if (isWanted(record)) wanted.push(record);
    considered += 1;
  }
  return { wanted, considered };
}

async function followLive(
  log: ScriptedLog,
  call: ReadCall,
  { isWanted, checkpointInterval }: RecordFilter,
  reached: Reached,
  end: AbortSignal,
): Promise<void> {
  const delivery = new LiveDelivery(log, call, isWanted, end);
  while (!end.aborted) {
    const record = log.records[reached.index];
    if (record === undefined) {
      await log.nextCommit(end);
      continue;
    }
    reached.index += 1;
    reached.sinceCheckpoint += 1;
    if (isWanted(record)) await delivery.send(readEvent(record), reached.index);
    if (checkpointInterval === 0 || reached.sinceCheckpoint < checkpointInterval) continue;
    reached.sinceCheckpoint = 0;
    await delivery.send(at(record), reached.index);
  }
}

const at = ({ position }: LogRecord): ReadResp => checkpoint(position, position);
