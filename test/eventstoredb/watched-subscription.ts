import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AllStreamSubscription,
  ResolvedEvent,
  StreamSubscription,
} from '@eventstore/db-client';
import { shapeOf, type Refusal } from './refusal.js';

/** A subscription, and all that came of it in order. */
export class WatchedSubscription {
  readonly heard: string[] = [];
  readonly events: ResolvedEvent[] = [];
  refusal: Refusal | undefined;

  constructor(
    private readonly subscription: AllStreamSubscription | StreamSubscription,
    private readonly millisecondsPerEvent = 0,
  ) {
    subscription.on('confirmation', () => this.heard.push('confirmation'));
    subscription.on('caughtUp', () => this.heard.push('caughtUp'));
    subscription.on('end', () => this.heard.push('end'));
    subscription.on('close', () => this.heard.push('close'));
    subscription.on('error', (error) => this.#fail(error));
    if (millisecondsPerEvent === 0) subscription.on('data', (event) => this.#take(event));
    else void this.#takeSlowly();
  }

  get ids(): string[] {
    return this.events.map(({ event }) => event?.id ?? '');
  }

  get isLive(): boolean {
    return this.heard.includes('caughtUp');
  }

  async stop(): Promise<void> {
    await this.subscription.unsubscribe();
  }

  async #takeSlowly(): Promise<void> {
    try {
      for await (const event of this.subscription) {
        this.#take(event);
        await sleep(this.millisecondsPerEvent);
      }
    } catch (error) {
      if (error instanceof Error) this.#fail(error);
    }
  }

  #take(event: ResolvedEvent): void {
    this.events.push(event);
    this.heard.push('event');
  }

  #fail(error: Error): void {
    this.refusal ??= shapeOf(error);
  }
}
