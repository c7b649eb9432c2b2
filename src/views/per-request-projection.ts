import type { RecordedEvent } from '../governed-request/recorded-event.js';
import type { ViewTransaction } from './database/view-tables.js';
import type { Projection } from './projection.js';

/** A view that holds one state for each governed request, and how that state is kept. */
interface PerRequestView<State> extends Omit<Projection, 'apply'> {
  /** What the state is after one more event; null: the view holds nothing of this request. */
  evolve(state: State | null, event: RecordedEvent): State | null;
  /** Resolves to the states of those requests that the view holds. */
  load(trx: ViewTransaction, ids: readonly string[]): Promise<Iterable<readonly [string, State]>>;
  /** Inserts or replaces states. */
  save(trx: ViewTransaction, states: readonly State[]): Promise<void>;
  /** Deletes the states of those requests, where there are any. */
  remove(trx: ViewTransaction, ids: readonly string[]): Promise<void>;
}

/** Rows in one statement: far below the limit of bound parameters of SQLite (32,766) and PostgreSQL (65,535). */
const CHUNK = 500;

/** Makes a projection that touches each request of a batch once: load, fold in memory, save. */
export function perRequestProjection<State>(view: PerRequestView<State>): Projection {
  const { name, version } = view;
  return {
    name,
    version,
    create: (trx) => view.create(trx),
    drop: (trx) => view.drop(trx),
    async apply(trx, events) {
      const states = await loadStates(trx, view, events);
      const stored = new Set(states.keys());
      for (const event of events) fold(states, view, event);
      await saveStates(trx, view, states);
      const gone = [...stored].filter((id) => !states.has(id));
      for (const ids of chunks(gone)) await view.remove(trx, ids);
    },
  };
}

async function loadStates<State>(
  trx: ViewTransaction,
  view: PerRequestView<State>,
  events: readonly RecordedEvent[],
): Promise<Map<string, State>> {
  const begun = new Set(events.filter(({ version }) => version === 0).map((e) => e.requestId));
  const ids = [...new Set(events.map(({ requestId }) => requestId))];
  const states = new Map<string, State>();
  for (const chunk of chunks(ids.filter((id) => !begun.has(id)))) {
    for (const [id, state] of await view.load(trx, chunk)) states.set(id, state);
  }
  return states;
}

function fold<State>(
  states: Map<string, State>,
  view: PerRequestView<State>,
  event: RecordedEvent,
): void {
  const state = view.evolve(states.get(event.requestId) ?? null, event);
  if (state === null) states.delete(event.requestId);
  else states.set(event.requestId, state);
}

async function saveStates<State>(
  trx: ViewTransaction,
  view: PerRequestView<State>,
  states: ReadonlyMap<string, State>,
): Promise<void> {
  for (const chunk of chunks([...states.values()])) await view.save(trx, chunk);
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK) {
    yield items.slice(start, start + CHUNK);
  }
}
