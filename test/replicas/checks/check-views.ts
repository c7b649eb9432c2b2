import { isDeepStrictEqual } from 'node:util';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import type { Streams } from '../support/event-log.js';
import type { View } from '../support/outcome.js';

/** Where the replicas' read models differ from the log, or from each other; one line each. */
export const checkViews = (
  streams: Streams,
  views: readonly View[],
  policy: string,
): readonly string[] =>
  views.flatMap((view) => [
    ...checkTraces(streams, view),
    ...checkReport(view, views[0] ?? view, streams.size, policy),
  ]);

function* checkTraces(streams: Streams, { replica, traces }: View): Iterable<string> {
  for (const id of traces.keys()) {
    if (!streams.has(id)) yield `${replica} shows ${id}, which the log does not have`;
  }
  for (const [id, events] of streams) {
    const shown = traces.get(id);
    if (!isDeepStrictEqual(shown, traceOf(events))) {
      yield `${replica} shows ${id} as ${shown?.status} at version ${shown?.version}`;
    }
  }
}

function* checkReport(
  { replica, report }: View,
  first: View,
  total: number,
  policy: string,
): Iterable<string> {
  if (!isDeepStrictEqual(report, first.report)) {
    yield `${replica} reports otherwise than ${first.replica}`;
  }
  const counted = report.groups.find(({ key }) => key === policy)?.count;
  if (counted !== total) yield `${replica} counts ${counted} requests of ${total}`;
}
