import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '../../event-store/event-store.js';
import { ViewBehind, ViewError } from '../view-error.js';
import { isBehind } from './checkpoints.js';

interface Waiter {
  readonly views: readonly string[];
  readonly position: Position;
  resolve(): void;
}

/** Where the views stand, and who waits for them. */
export class ViewPositions {
  readonly #positions: Map<string, Position | null>;
  readonly #waiters = new Set<Waiter>();
  readonly #watchers = new Set<(position: Position) => void>();

  constructor(views: readonly string[]) {
    this.#positions = new Map(views.map((view) => [view, null]));
  }

  get(view: string): Position | null {
    const position = this.#positions.get(view);
    if (position === undefined) throw new ViewError('view-unknown', `There is no view ${view}.`);
    return position;
  }

  /** The smallest of all: behind it, some view misses something. */
  smallest(): Position | null {
    const [first = null, ...others] = this.#positions.values();
    return others.reduce((least, other) => (isBehind(other, least) ? other : least), first);
  }

  /** Sets what was committed and wakes those who waited for it. */
  set(positions: Iterable<readonly [string, Position | null]>): void {
    for (const [view, position] of positions) this.#positions.set(view, position);
    for (const waiter of this.#waiters) {
      if (this.#missing(waiter.views, waiter.position) === undefined) waiter.resolve();
    }
  }

  /** Resolves once the views (all, or the one named) stand at `position` or behind it; throws `ViewBehind` after `timeout` milliseconds. */
  async waitFor(position: Position, timeout: number, view?: string): Promise<void> {
    if (view !== undefined) this.get(view);
    const views = view === undefined ? [...this.#positions.keys()] : [view];
    if (this.#missing(views, position) === undefined) return;
    await this.#moved(views, position, timeout);
    const missing = this.#missing(views, position);
    if (missing === undefined) return;
    const standing = this.get(missing)?.toString() ?? null;
    throw new ViewBehind(missing, standing, position.toString());
  }

  /** Resolves after so many milliseconds, and at once when somebody waits for a position. */
  async rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#waiters.size > 0) return;
    const woken = new AbortController();
    const either = AbortSignal.any([signal, woken.signal]);
    this.onAwaited(() => woken.abort(), either);
    await sleep(milliseconds, undefined, { signal: either }).catch(() => {});
    woken.abort();
  }

  /** Calls `watcher` with each position that somebody waits for, also those who wait already, until `signal` aborts. */
  onAwaited(watcher: (position: Position) => void, signal: AbortSignal): void {
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
    for (const { position } of this.#waiters) watcher(position);
  }

  #moved(views: readonly string[], position: Position, timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve();
      };
      const timer = setTimeout(settle, timeout);
      const waiter: Waiter = { views, position, resolve: settle };
      this.#waiters.add(waiter);
      for (const watcher of this.#watchers) watcher(position);
    });
  }

  #missing(views: readonly string[], position: Position): string | undefined {
    return views.find((view) => isBehind(this.get(view), position));
  }
}
