import type { Position } from '../../../src/event-store/event-store.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { evolveTrace } from '../../../src/views/request-trace/evolve-trace.js';
import { evolveRiskFact } from '../../../src/views/risk-report/evolve-risk-fact.js';
import type { RiskFactTable } from '../../../src/views/risk-report/risk-fact.table.js';

/** What the store says of a request. An answer may add how it stands in a replica's own queue. */
export type StoredTrace = ReturnType<typeof evolveTrace>;

/** The traces of all requests behind these events of the whole log, by id. */
export function foldTraces(events: readonly RecordedEvent[]): ReadonlyMap<string, StoredTrace> {
  const traces = new Map<string, StoredTrace>();
  for (const event of events) {
    traces.set(event.requestId, evolveTrace(traces.get(event.requestId) ?? null, event));
  }
  return traces;
}

/** What reports count of all requests, by id. */
export function foldRiskFacts(
  events: readonly RecordedEvent[],
): ReadonlyMap<string, RiskFactTable> {
  const facts = new Map<string, RiskFactTable>();
  for (const event of events) {
    facts.set(event.requestId, evolveRiskFact(facts.get(event.requestId) ?? null, event));
  }
  return facts;
}

/** The events up to a position; none for null. */
export const upTo = (
  events: readonly RecordedEvent[],
  position: Position | null,
): readonly RecordedEvent[] =>
  position === null ? [] : events.filter((event) => event.position <= position);
