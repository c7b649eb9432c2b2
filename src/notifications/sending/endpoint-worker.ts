import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../runtime/clock.js';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import type { TakenDelivery } from '../queue/delivery.js';
import type { WebhookSettings } from '../webhook-settings.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import type { Failure } from './failure.js';
import { retryDelay } from './retry-schedule.js';
import type { WebhookSender } from './webhook-sender.js';

/** Deliveries to one endpoint at a time; other endpoints have theirs. */
const MAX_UNDER_WAY = 8;
/** Milliseconds for which a busy receiver is left alone at the most before somebody asks whether it still is. */
const LONGEST_PAUSE = 60_000;

/** Milliseconds until a queue that could not be read is read again. */
const QUEUE_PAUSE = 5_000;

export interface WorkerOptions {
  readonly endpoint: WebhookEndpoint;
  readonly queue: DeliveryQueue;
  readonly sender: WebhookSender;
  readonly settings: Pick<WebhookSettings, 'schedule' | 'abandonedAfter' | 'lookEvery'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** Delivers what is queued for one endpoint, a few at a time and in no particular order. */
export class EndpointWorker {
  readonly #underWay = new Set<Promise<void>>();
  readonly #target: string;
  #isWoken = false;
  #wake: () => void = () => {};
  #pausedUntil = 0;
  /** Since the start of this process. */
  readonly tally = { delivered: 0, failed: 0, dead: 0 };

  constructor(private readonly options: WorkerOptions) {
    this.#target = createHash('sha256').update(options.endpoint.url.href).digest('hex');
  }

  get id(): string {
    return this.options.endpoint.id;
  }

  /** Whether the target that answered 410 is the one that the endpoint has now. */
  isTarget(gone: string | null): boolean {
    return gone === this.#target;
  }

  /** Looks for what is due at once. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Delivers until `stop` aborts, then waits for what is under way; that is broken off, and given back, once `abandon` aborts. */
  async run(stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#isWoken = false;
      const began = await this.#takeOn(abandon);
      if (began === 0 || this.#underWay.size >= MAX_UNDER_WAY) await this.#rest(stop);
    }
    await Promise.all(this.#underWay);
  }

  async #takeOn(abandon: AbortSignal): Promise<number> {
    const { endpoint, queue, clock, settings, log } = this.options;
    const limit = MAX_UNDER_WAY - this.#underWay.size;
    if (limit === 0 || performance.now() < this.#pausedUntil) return 0;
    const now = clock.now();
    const until = new Date(now.getTime() + settings.abandonedAfter);
    try {
      const taken = await queue.take({
        endpoint: endpoint.id,
        target: this.#target,
        limit,
        now,
        until,
      });
      for (const delivery of taken) this.#begin(delivery, abandon);
      return taken.length;
    } catch (error) {
      log.warn({ err: error, endpoint: endpoint.id }, 'the queue of webhooks could not be read');
      this.#pausedUntil = performance.now() + QUEUE_PAUSE;
      return 0;
    }
  }

  #begin(delivery: TakenDelivery, abandon: AbortSignal): void {
    const working = this.#deliver(delivery, abandon).finally(() => {
      this.#underWay.delete(working);
      this.wake();
    });
    this.#underWay.add(working);
  }

  /** What cannot be written down is found abandoned, and delivered again. */
  async #deliver(delivery: TakenDelivery, abandon: AbortSignal): Promise<void> {
    const { endpoint, sender, log } = this.options;
    try {
      const failure = await sender.send(endpoint, delivery, abandon);
      await (failure ? this.#failed(delivery, failure) : this.#delivered(delivery));
    } catch (error) {
      if (abandon.aborted) return this.#giveBack(delivery);
      log.warn({ err: error, ...this.#named(delivery) }, 'what became of a webhook is not known');
    }
  }

  async #delivered(delivery: TakenDelivery): Promise<void> {
    this.tally.delivered += 1;
    this.options.log.debug(this.#named(delivery), 'a webhook was delivered');
    await this.options.queue.delivered(delivery);
  }

  async #failed(delivery: TakenDelivery, failure: Failure): Promise<void> {
    const { endpoint, queue, settings, clock, log, random } = this.options;
    const now = clock.now();
    this.tally.failed += 1;
    this.#pause(failure);
    const retryIn =
      failure.code === 'gone'
        ? null
        : retryDelay(settings.schedule, delivery.attempts, failure.retryAfter, random());
    const told = { ...this.#named(delivery), ...failure, attempts: delivery.attempts, retryIn };
    if (retryIn === null) {
      this.tally.dead += 1;
      log.error(told, 'a webhook was given up');
    } else log.warn(told, 'a webhook was not delivered');
    const retryAt = retryIn === null ? null : new Date(now.getTime() + retryIn);
    await queue.failed(delivery, { failure, retryAt }, now);
    if (failure.code === 'gone') await queue.gone(endpoint.id, this.#target, now);
  }

  #pause({ retryAfter }: Failure): void {
    if (retryAfter === null) return;
    this.#pausedUntil = performance.now() + Math.min(retryAfter, LONGEST_PAUSE);
  }

  async #giveBack(delivery: TakenDelivery): Promise<void> {
    const { queue, clock, log } = this.options;
    try {
      await queue.giveBack(delivery, clock.now());
    } catch (error) {
      log.warn({ err: error, ...this.#named(delivery) }, 'a webhook waits until it is abandoned');
    }
  }

  #named({ id, type }: TakenDelivery) {
    return { endpoint: this.id, webhook: id, type };
  }

  async #rest(stop: AbortSignal): Promise<void> {
    if (this.#isWoken) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const signal = AbortSignal.any([stop, woken.signal]);
    await sleep(this.options.settings.lookEvery, undefined, { signal }).catch(() => undefined);
    this.#wake = () => {};
  }
}
