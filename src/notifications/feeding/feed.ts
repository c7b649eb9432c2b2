import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventStore, Position, StoredEvent } from '../../event-store/event-store.js';
import type { Clock } from '../../runtime/clock.js';
import { isBehind } from '../../views/projector/checkpoints.js';
import { mergeBatches } from '../../views/projector/merge-batches.js';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import type { NewDelivery } from '../queue/delivery.js';
import type { FeedCheckpoints, FeedPositions } from '../queue/feed-checkpoints.js';
import { beginFeeding } from './begin-feeding.js';
import { KnownRequests } from './known-requests.js';
import { newDeliveries } from './new-deliveries.js';
import { noticesOf } from './notices-of.js';
import { readToldEvent, UntoldEvent } from './told-event.js';

const BOUNDS = { events: 500, data: 8_388_608 };
/** Milliseconds that events gather before they are looked at: the feed shares the process with the commands. */
const REST = 100;
/** Milliseconds for which a checkpoint may stay behind events that nobody is told of. */
const MOVE_EVERY = 1_000;

export interface FeedOptions {
  readonly store: EventStore;
  readonly checkpoints: FeedCheckpoints;
  readonly endpoints: readonly WebhookEndpoint[];
  /** Where the service is found, without a slash at its end. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something was queued. */
  readonly onQueued: () => void;
}

/** Goes through the event log and queues what endpoints are to be told. Every replica does so, and each event is queued once. */
export class Feed {
  readonly #requests: KnownRequests;
  #positions: FeedPositions = new Map();
  #firstEvent: string | null = null;
  #movedAt = -Infinity;

  constructor(private readonly options: FeedOptions) {
    this.#requests = new KnownRequests(options.store);
  }

  /** Follows the log until `signal` aborts; throws what keeps it from doing so. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#begin();
    const subscription = new AbortController();
    const either = AbortSignal.any([signal, subscription.signal]);
    const subscribed = this.options.store.subscribe(smallest(this.#positions), either);
    try {
      for await (const batch of mergeBatches(subscribed, BOUNDS)) {
        if (signal.aborted) return;
        await this.#take(batch);
        if (batch.length < BOUNDS.events) await rest(signal);
      }
    } finally {
      subscription.abort();
    }
    if (!signal.aborted) throw new Error('The subscription to the event store ended.');
  }

  async #begin(): Promise<void> {
    const { store, checkpoints, endpoints, log } = this.options;
    const ids = endpoints.map(({ id }) => id);
    const { positions, firstEvent } = await beginFeeding(store, checkpoints, ids, log);
    this.#positions = positions;
    this.#firstEvent = firstEvent;
  }

  async #take(batch: readonly StoredEvent[]): Promise<void> {
    const last = batch.at(-1);
    if (!last) return;
    this.#firstEvent ??= batch[0]?.id ?? null;
    const deliveries: NewDelivery[] = [];
    for (const stored of batch) deliveries.push(...(await this.#deliveriesOf(stored)));
    if (deliveries.length > 0 || performance.now() - this.#movedAt > MOVE_EVERY) {
      await this.#advance(last.position, deliveries);
    }
  }

  async #deliveriesOf(stored: StoredEvent): Promise<readonly NewDelivery[]> {
    const { endpoints, publicUrl, log } = this.options;
    try {
      const event = readToldEvent(stored);
      if (!event) return [];
      const facts = await this.#requests.after(stored, event);
      return newDeliveries(event, noticesOf(event, facts), facts, endpoints, publicUrl);
    } catch (error) {
      if (!(error instanceof UntoldEvent)) throw error;
      log.error({ err: error }, 'webhooks leave out an event');
      return [];
    }
  }

  async #advance(to: Position, deliveries: readonly NewDelivery[]): Promise<void> {
    const { checkpoints, clock, onQueued } = this.options;
    const step = { from: this.#positions, to, firstEvent: this.#firstEvent, deliveries };
    this.#positions = await checkpoints.advance(step, clock.now());
    this.#movedAt = performance.now();
    if (deliveries.length > 0) onQueued();
  }
}

const rest = (signal: AbortSignal): Promise<void> =>
  sleep(REST, undefined, { signal }).catch(() => undefined);

/** Behind it, some endpoint misses something. */
function smallest(positions: FeedPositions): Position | null {
  const [first = null, ...others] = positions.values();
  return others.reduce((least, other) => (isBehind(other, least) ? other : least), first);
}
