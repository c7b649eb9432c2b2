import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventStore } from '../event-store/event-store.js';
import type { Clock } from '../runtime/clock.js';
import type { WebhookEndpoint } from './endpoints/webhook-endpoint.js';
import { beginFeeding } from './feeding/begin-feeding.js';
import { Feed } from './feeding/feed.js';
import { keepFeeding } from './feeding/keep-feeding.js';
import { NotificationError } from './notifications.errors.js';
import { DeadLetters } from './queue/dead-letters.js';
import { DeliveryQueue, type EndpointQueue } from './queue/delivery-queue.js';
import { FeedCheckpoints } from './queue/feed-checkpoints.js';
import type { QueueDatabase } from './queue/queue-database.js';
import { EndpointWorker } from './sending/endpoint-worker.js';
import type { Tried, WebhookSender } from './sending/webhook-sender.js';
import type { WebhookSettings } from './webhook-settings.js';

/** Milliseconds for which is kept what was given up, or is nobody's to send. */
const KEPT = 30 * 86_400_000;
const FORGET_EVERY = 3_600_000;

export interface NotificationsOptions {
  readonly store: EventStore;
  readonly database: QueueDatabase;
  readonly endpoints: readonly WebhookEndpoint[];
  readonly sender: WebhookSender;
  readonly settings: Omit<WebhookSettings, 'allowPrivate' | 'timeout'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One endpoint as it stands. */
export interface EndpointStatus extends Omit<EndpointQueue, 'gone'> {
  /** Null for one that the configuration no longer names, and that has deliveries left. */
  readonly configured: WebhookEndpoint | null;
  /** Whether its receiver answered 410. */
  readonly isGone: boolean;
}

/** Tells endpoints by signed webhooks what becomes of requests, at least once. */
export class Notifications {
  readonly deadLetters: DeadLetters;
  readonly #queue: DeliveryQueue;
  readonly #checkpoints: FeedCheckpoints;
  readonly #workers: readonly EndpointWorker[];
  readonly #stop = new AbortController();
  readonly #abandon = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: NotificationsOptions) {
    const { database, endpoints, sender, settings, clock, log } = options;
    const queue = new DeliveryQueue(database);
    this.#queue = queue;
    this.#checkpoints = new FeedCheckpoints(database);
    this.deadLetters = new DeadLetters(database);
    const common = { queue, sender, clock, log, random: Math.random, settings };
    this.#workers = endpoints.map((endpoint) => new EndpointWorker({ endpoint, ...common }));
  }

  /** Deliveries that this process tried since its start, by endpoint. */
  get tallies(): readonly (readonly [endpoint: string, EndpointWorker['tally']])[] {
    return this.#workers.map(({ id, tally }) => [id, tally] as const);
  }

  /**
   * Has endpoints that are new begin here, before anything is taken that they should be told of. Where that cannot be done now it is
   * logged, and done once it can be.
   */
  async prepare(): Promise<void> {
    const { store, database, log } = this.options;
    const ids = this.#workers.map(({ id }) => id);
    if (ids.length === 0) return;
    try {
      await database.prepare();
      const known = await this.#checkpoints.read(ids);
      if (known.size < ids.length) await beginFeeding(store, this.#checkpoints, ids, log);
    } catch (error) {
      log.error({ err: error }, 'new endpoints of webhooks begin later');
    }
  }

  /** Begins to queue and to deliver in the background. `listensAt`: what links begin with unless the configuration says otherwise. */
  start(listensAt: string): void {
    const { settings } = this.options;
    if (settings.file === null) return;
    const telling = this.#workers.length > 0 ? this.#tell(settings.publicUrl ?? listensAt) : [];
    this.#running = Promise.all([this.#keepForgetting(), ...telling]);
  }

  /** Takes on nothing more and finishes what is under way, within a bound; the rest stays in the queue. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const late = setTimeout(() => this.#abandon.abort(), this.options.settings.finishWithin);
    await this.#running.finally(() => clearTimeout(late));
    await this.options.sender.close();
  }

  /** Frees the queue; nothing is asked of it any more. */
  close(): Promise<void> {
    return this.options.database.close();
  }

  /** Resolves to every endpoint that is configured, or has deliveries left. */
  async endpoints(): Promise<readonly EndpointStatus[]> {
    const queues = new Map((await this.#queue.overview()).map((one) => [one.endpoint, one]));
    const configured = this.options.endpoints.map(({ id }) => queues.get(id) ?? emptyQueue(id));
    const left = [...queues.values()].filter(
      ({ endpoint, pending, dead }) => !this.#worker(endpoint) && pending + dead > 0,
    );
    return [...configured, ...left].map(({ gone, ...queue }) => ({
      ...queue,
      configured: this.options.endpoints.find(({ id }) => id === queue.endpoint) ?? null,
      isGone: this.#worker(queue.endpoint)?.isTarget(gone) ?? false,
    }));
  }

  /** Queues every dead letter of an endpoint anew; resolves to how many. Throws `webhook-endpoint-unknown`. */
  async replayAll(endpoint: string): Promise<number> {
    const { id } = this.#endpoint(endpoint);
    return this.#replayed(id, await this.deadLetters.replay(id, this.options.clock.now()));
  }

  /** Queues one dead letter anew. Throws `dead-letter-unknown`, and `webhook-endpoint-unknown` where its endpoint is configured no more. */
  async replay(letter: string): Promise<number> {
    const of = await this.deadLetters.endpointOf(letter);
    if (of === null) {
      throw new NotificationError('dead-letter-unknown', 'There is no such dead letter.');
    }
    const { id } = this.#endpoint(of);
    return this.#replayed(id, await this.deadLetters.replay(id, this.options.clock.now(), letter));
  }

  /** Sends an endpoint a webhook of the type `webhook.test` at once, and resolves to what came of it. Throws `webhook-endpoint-unknown`. */
  async test(endpoint: string): Promise<Tried> {
    const target = this.#endpoint(endpoint);
    const timestamp = this.options.clock.now().toISOString();
    const payload = JSON.stringify({ type: 'webhook.test', timestamp, data: {} });
    const message = { id: `msg_${randomUUID()}`, payload };
    return this.options.sender.send(target, message, this.#abandon.signal);
  }

  #tell(publicUrl: string): readonly Promise<void>[] {
    const { signal } = this.#stop;
    return [
      keepFeeding(() => this.#feed(publicUrl), signal, this.options.log),
      ...this.#workers.map((worker) => worker.run(signal, this.#abandon.signal)),
    ];
  }

  async #feed(publicUrl: string): Promise<void> {
    const checkpoints = this.#checkpoints;
    await this.options.database.prepare();
    const onQueued = () => this.#workers.forEach((worker) => worker.wake());
    await new Feed({ ...this.options, checkpoints, publicUrl, onQueued }).follow(this.#stop.signal);
  }

  async #keepForgetting(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#forget();
      await sleep(FORGET_EVERY, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #forget(): Promise<void> {
    const { database, endpoints, clock, log } = this.options;
    const before = new Date(clock.now().getTime() - KEPT);
    const ids = endpoints.map(({ id }) => id);
    try {
      await database.prepare();
      await this.deadLetters.forget(before, ids);
    } catch (error) {
      log.warn({ err: error }, 'old webhooks were not deleted');
    }
  }

  #replayed(endpoint: string, count: number): number {
    this.options.log.info({ endpoint, count }, 'dead letters were queued again');
    this.#worker(endpoint)?.wake();
    return count;
  }

  #worker(endpoint: string): EndpointWorker | undefined {
    return this.#workers.find(({ id }) => id === endpoint);
  }

  #endpoint(id: string): WebhookEndpoint {
    const endpoint = this.options.endpoints.find((one) => one.id === id);
    if (endpoint) return endpoint;
    throw new NotificationError('webhook-endpoint-unknown', 'There is no such endpoint.');
  }
}

const emptyQueue = (endpoint: string): EndpointQueue => ({
  endpoint,
  pending: 0,
  oldestPending: null,
  dead: 0,
  gone: null,
});
