import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Position } from '../../../src/event-store/event-store.js';
import type { RequestStatus } from '../../../src/governed-request/governed-request.js';
import { dueSteps, nextSteps } from '../../../src/views/approval-queue/due-steps.js';
import { ApprovalQueueQuery } from '../../../src/views/approval-queue/approval-queue.query.js';
import { evolveTrace } from '../../../src/views/request-trace/evolve-trace.js';
import { RequestTraceQuery } from '../../../src/views/request-trace/request-trace.query.js';
import { decodeOnce } from './decode-once.js';
import type { StoredTrace } from './expected-views.js';
import type { ReplicaViews } from './replica-views.js';

const RETRY = 100;

/** The same answers as the embedded views give to the sweeper and to callers, from traces folded in memory. */
export function plainViews(store: EventStore, adapters: ReplicaViews['adapters']): ReplicaViews {
  const traces = new Map<string, StoredTrace>();
  const stopped = new AbortController();
  const inState = (status: RequestStatus) =>
    [...traces.values()].filter((trace) => trace.status === status);
  const requestTraces: Pick<RequestTraceQuery, 'get' | 'oldest'> = {
    get: (id) => Promise.resolve(traces.get(id) ?? null),
    async *oldest(status) {
      yield* inState(status).map(({ id }) => id);
    },
  };
  const approvalQueue: Pick<ApprovalQueueQuery, 'due'> = {
    due: async (now) =>
      inState('awaiting-approval')
        .map((trace) => ({ id: trace.id, steps: dueSteps(nextSteps(trace), now.toISOString()) }))
        .filter(({ steps }) => steps.length > 0),
  };
  return {
    adapters,
    replacements: new Map<never, () => unknown>([
      [RequestTraceQuery as never, () => requestTraces],
      [ApprovalQueueQuery as never, () => approvalQueue],
    ]),
    start: () => void keepFolding(store, traces, stopped.signal),
    stop: () => Promise.resolve(stopped.abort()),
    differences: () => Promise.resolve(null),
    release: () => Promise.resolve(),
  };
}

async function keepFolding(
  store: EventStore,
  traces: Map<string, StoredTrace>,
  signal: AbortSignal,
): Promise<void> {
  let after: Position | null = null;
  while (!signal.aborted) {
    try {
      for await (const batch of store.subscribe(after, signal)) {
        for (const event of batch.map(decodeOnce)) {
          traces.set(event.requestId, evolveTrace(traces.get(event.requestId) ?? null, event));
          after = event.position;
        }
      }
    } catch {
      await sleep(RETRY);
    }
  }
}
