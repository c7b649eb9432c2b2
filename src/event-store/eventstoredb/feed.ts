import type { StoredEvent } from '../event-store.js';
import { CallFailed } from './call-failure.js';
import { eventIn } from './collect.js';
import { CallTimedOut } from './time-limit.js';

/** A subscription as the client hands it out. */
export interface SubscriptionStream {
  on(event: 'data', listener: (resolved: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close' | 'confirmation' | 'caughtUp', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  unsubscribe(): Promise<void>;
}

export interface FeedHandlers {
  onEvent(event: StoredEvent): void;
  /** The server accepted the subscription. */
  onConfirmed(): void;
  /** From now on the server drops a subscriber that is too slow instead of waiting for it. */
  onLive(): void;
  /** The feed ended and nobody asked for it; called once, and not after `stop`. */
  onDrop(error: Error): void;
}

/** One run of a subscription, from its start to the first thing that ends it. */
export interface Feed {
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Hands on what the client's subscription says until it ends, whichever way. */
export function openFeed(
  stream: SubscriptionStream,
  handlers: FeedHandlers,
  confirmMilliseconds: number,
  retired: AbortSignal,
): Feed {
  let isOver = false;
  const end = () => {
    isOver = true;
    clearTimeout(unconfirmed);
    retired.removeEventListener('abort', giveUp);
    stream.unsubscribe().catch(() => {});
  };
  const drop = (error: Error) => {
    if (isOver) return;
    end();
    handlers.onDrop(error);
  };
  const giveUp = () => drop(retired.reason as Error);
  const unconfirmed = setTimeout(
    () => drop(new CallTimedOut(confirmMilliseconds)),
    confirmMilliseconds,
  );
  // An error without a listener would end the process, also one that comes after the end.
  stream.on('error', drop);
  stream.on('end', () => drop(unasked('the subscription ended')));
  stream.on('close', () => drop(unasked('the subscription was closed')));
  stream.on('confirmation', () => {
    clearTimeout(unconfirmed);
    if (!isOver) handlers.onConfirmed();
  });
  stream.on('caughtUp', () => {
    if (!isOver) handlers.onLive();
  });
  stream.on('data', (resolved: unknown) => {
    if (isOver) return;
    try {
      for (const event of eventIn(resolved)) handlers.onEvent(event);
    } catch (error) {
      drop(error instanceof Error ? error : new Error(String(error)));
    }
  });
  retired.addEventListener('abort', giveUp, { once: true });
  if (retired.aborted) giveUp();
  return { pause: () => void stream.pause(), resume: () => void stream.resume(), stop: end };
}

const unasked = (reason: string): CallFailed => new CallFailed({ kind: 'outcome-unknown', reason });
