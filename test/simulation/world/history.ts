import type { StoredEvent } from '../../../src/event-store/event-store.js';
import type { InMemoryLog } from '../../../src/event-store/in-memory/in-memory-log.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { decodeOnce } from './decode-once.js';
import type { StoredTrace } from './expected-views.js';
import type { RecordedCall } from './simulated-gateway.js';

/** A call of the gateway, and what its request's stream held when it was made. */
interface CallOfRequest {
  readonly recorded: RecordedCall;
  readonly eventsBefore: number;
}

/** What somebody was told of a request. */
export interface Answer {
  readonly to: string;
  readonly trace: StoredTrace;
  /** The content that the caller had just submitted; null when the answer is to something else. */
  readonly submitted: StoredTrace['content'];
  readonly idempotencyKey: string | null;
  /** How many events its request's stream held when it was said. */
  readonly eventsBefore: number;
}

/** Everything that is known of one request from outside of all replicas. */
export interface RequestHistory {
  readonly id: string;
  readonly events: readonly RecordedEvent[];
  readonly calls: readonly CallOfRequest[];
  readonly answers: readonly Answer[];
  /** Those of the answers that were said in this step. */
  readonly said: readonly Answer[];
}

interface Growing extends RequestHistory {
  readonly events: RecordedEvent[];
  readonly calls: CallOfRequest[];
  readonly answers: Answer[];
  said: readonly Answer[];
}

/** What happened so far, as the event store, the gateway and the callers have it, none of which any replica can change. */
export class History {
  /** Every event as it was when it was committed. */
  readonly events: RecordedEvent[] = [];
  /** The same as it was stored. */
  readonly committed: StoredEvent[] = [];
  readonly requests = new Map<string, RequestHistory>();
  readonly answers: Answer[] = [];
  #touched = new Set<Growing>();

  constructor(readonly log: InMemoryLog) {}

  /** Takes in what was committed since the last time. */
  takeIn(): void {
    while (this.committed.length < this.log.events.length) {
      const stored = this.log.events[this.committed.length]!;
      // Whoever writes to it instead of putting another in its place gets an error.
      this.committed.push(Object.freeze(stored));
      const event = decodeOnce(stored);
      this.events.push(event);
      this.#touch(event.requestId).events.push(event);
    }
  }

  called(requestId: string, recorded: RecordedCall): void {
    this.takeIn();
    const request = this.#touch(requestId);
    request.calls.push({ recorded, eventsBefore: request.events.length });
  }

  answered(answer: Omit<Answer, 'eventsBefore'>): void {
    this.takeIn();
    const request = this.#touch(answer.trace.id);
    const said = { ...answer, eventsBefore: request.events.length };
    request.answers.push(said);
    request.said = [...request.said, said];
    this.answers.push(said);
  }

  /** The requests that something was recorded of in this step. */
  get touched(): ReadonlySet<RequestHistory> {
    return this.#touched;
  }

  /** Begins the next step. */
  endStep(): void {
    for (const request of this.#touched) request.said = [];
    this.#touched.clear();
  }

  #touch(id: string): Growing {
    const known = this.requests.get(id) as Growing | undefined;
    const request = known ?? { id, events: [], calls: [], answers: [], said: [] };
    this.requests.set(id, request);
    this.#touched.add(request);
    return request;
  }
}
