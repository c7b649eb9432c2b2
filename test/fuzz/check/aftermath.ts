import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ACCESS_PREFIX, decodeAccess } from '../../../src/access-log/access-log.codec.js';
import { DELEGATION_PREFIX, decodeDelegation } from '../../../src/delegation/delegation.codec.js';
import { openSqliteEventStore } from '../../../src/event-store/sqlite/sqlite-event-store.js';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { decode } from '../../../src/governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import { tracePage } from '../../../src/views/request-trace/request-trace.schema.js';
import type { RecordedTrace } from '../../../src/views/request-trace/trace.js';
import { recordedPart } from '../../support/docket/recorded-part.js';
import { DRAFT, SUMMARY } from '../../support/docket/sample-requests.js';
import type { Target } from '../target.js';

/**
 * Whether the service is as good as before: a usual story goes well, its views hold what its log says, and it stops in
 * order; behind it the whole log can be read. It is stopped afterwards.
 */
export async function aftermathFaults(target: Target): Promise<readonly string[]> {
  if (!target.isAlive) return ['aftermath: the process ended'];
  const faults: string[] = [];
  const last = await usualStory(target).catch((error: unknown) => {
    faults.push(`aftermath: a usual story failed: ${String(error)}`);
    return undefined;
  });
  const shown = await allTraces(target, last);
  const code = await target.stop();
  if (code !== 0) faults.push(`aftermath: the service stopped with ${code}`);
  return [...faults, ...(await logAgrees(target, shown))];
}

/** Resolves to the position of what was written last. */
async function usualStory(target: Target): Promise<string> {
  const green = await target.submit('ada', SUMMARY);
  if (green.status !== 'executed') throw new Error(`what is green was ${green.status}`);
  const amber = await target.submit('ada', DRAFT);
  const answer = await target.decide('grace', 'approve', amber);
  if (answer.status !== 200) throw new Error(`the approval was answered ${answer.text}`);
  const { position } = await target.reached(amber.id, 'executed');
  return position;
}

/** The latest of all requests' traces, as the view has them. */
async function allTraces(
  target: Target,
  minPosition = '0',
): Promise<ReadonlyMap<string, RecordedTrace>> {
  const traces = new Map<string, RecordedTrace>();
  for (let cursor: string | null = null; ;) {
    const rest = cursor === null ? `&minPosition=${minPosition}` : `&cursor=${cursor}`;
    const answer = await target.call('audrey', 'GET', `/v1/requests?limit=100${rest}`);
    const page = tracePage.parse(answer.json());
    for (const trace of page.items) traces.set(trace.id, recordedPart(trace));
    cursor = page.nextCursor;
    if (cursor === null) return traces;
  }
}

async function logAgrees(
  { folder }: Target,
  shown: ReadonlyMap<string, RecordedTrace>,
): Promise<string[]> {
  const streams = Map.groupBy(await wholeLog(folder.path), ({ requestId }) => requestId);
  const wrong = [...streams].filter(
    ([id, events]) => !isDeepStrictEqual(traceOf(events), shown.get(id)),
  );
  if (streams.size !== shown.size) {
    return [`aftermath: the log holds ${streams.size} requests, the view ${shown.size}`];
  }
  return wrong.slice(0, 3).map(([id]) => `aftermath: the view of ${id} is not what its events say`);
}

/** Every event of a request, decoded; throws when one cannot be, or any other of Docket's own. */
async function wholeLog(path: string): Promise<readonly RecordedEvent[]> {
  const store = await openSqliteEventStore(join(path, 'events.db'));
  const events: RecordedEvent[] = [];
  try {
    for (let after: StoredEvent['position'] | null = null; ;) {
      const page: readonly StoredEvent[] = await store.readAll(after, 1_000);
      for (const stored of page) {
        if (stored.stream.startsWith(ACCESS_PREFIX)) decodeAccess(stored);
        else if (stored.stream.startsWith(DELEGATION_PREFIX)) decodeDelegation(stored);
        else events.push(decode(stored));
      }
      after = page.at(-1)?.position ?? after;
      if (page.length === 0) return events;
    }
  } finally {
    await store.close();
  }
}
