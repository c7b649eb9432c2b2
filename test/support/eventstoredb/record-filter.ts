import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord } from './scripted-log.js';

/** How many records the server looks at in one go, unless it is told otherwise. */
const SEARCH_WINDOW = 32;

/** Which records a subscriber of the whole log wants, and after how many it hears how far the search is. */
export interface RecordFilter {
  readonly isWanted: (record: LogRecord) => boolean;
  /** How many records one page of the search looks at. */
  readonly window: number;
  /** After so many records a checkpoint is due; 0 for never. */
  readonly checkpointInterval: number;
}

/** Throws when the filter is no regular expression. */
export function filterOf(options: streams.ReadReq.Options): RecordFilter {
  const filter = options.getFilter();
  if (filter === undefined) {
    return { isWanted: () => true, window: SEARCH_WINDOW, checkpointInterval: 0 };
  }
  const window = filter.hasMax() ? filter.getMax() : SEARCH_WINDOW;
  return {
    isWanted: wantedBy(filter),
    window,
    checkpointInterval: filter.getCheckpointintervalmultiplier() * window,
  };
}

function wantedBy(filter: streams.ReadReq.Options.FilterOptions): RecordFilter['isWanted'] {
  const ofType = filter.getEventType();
  const isNamed = matching(ofType ?? filter.getStreamIdentifier());
  return (record) => isNamed(ofType ? record.type : record.stream);
}

function matching(
  expression: streams.ReadReq.Options.FilterOptions.Expression | undefined,
): (name: string) => boolean {
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = expression?.getRegex() ?? '';
  if (regex === '') return (name) => prefixes.some((prefix) => name.startsWith(prefix));
  try {
    const pattern = new RegExp(regex);
    return (name) => pattern.test(name);
  } catch {
    throw rpcErrors.handlerFailed();
  }
}
