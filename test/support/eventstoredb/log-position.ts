import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { rpcErrors } from './rpc-errors.js';
import type { ScriptedLog } from './scripted-log.js';

const MAX_POSITION = 2n ** 63n - 1n;
/** What the server's own client sends for the end. */
const END = 2n ** 64n - 1n;

/** The index of the first record that a read of the whole log is to look at; backwards, of the one behind it. */
export function startOf(
  log: ScriptedLog,
  all: streams.ReadReq.Options.AllOptions | undefined,
  direction: 'forwards' | 'backwards',
): number {
  const position = positionOf(all);
  if (position === 'start') return 0;
  if (position === 'end' || (position === log.end && direction === 'backwards')) {
    return log.records.length;
  }
  if (isBeyondTheEnd(log, position) && direction === 'forwards') return log.records.length;
  const index = log.indexOf(position);
  if (index === undefined) throw rpcErrors.readFailed('ReadAllResult');
  return index;
}

/** The index of the first record behind the position that a subscriber names, which may lie beyond the end. */
export function startBehind(
  log: ScriptedLog,
  all: streams.ReadReq.Options.AllOptions | undefined,
): number {
  const position = positionOf(all);
  if (position === 'start' || position === 0n) return 0;
  if (position === 'end' || isBeyondTheEnd(log, position)) return log.records.length;
  const index = log.indexOf(position);
  if (index === undefined) throw rpcErrors.handlerFailed();
  return index + 1;
}

function positionOf(all: streams.ReadReq.Options.AllOptions | undefined): bigint | 'start' | 'end' {
  if (all?.hasStart()) return 'start';
  const position = all?.getPosition();
  if (all?.hasEnd() || position === undefined) return 'end';
  const [commit, prepare] = [
    BigInt(position.getCommitPosition()),
    BigInt(position.getPreparePosition()),
  ];
  if (commit === END && prepare === END) return 'end';
  if (prepare > commit || commit > MAX_POSITION) throw rpcErrors.handlerFailed();
  return commit;
}

const isBeyondTheEnd = ({ records }: ScriptedLog, position: bigint): boolean =>
  position > (records.at(-1)?.position ?? -1n);
