import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Position } from '../../src/event-store/event-store.js';
import { conclude } from './conclude.js';
import type { FaultTarget } from './fault-target.js';
import type { History } from './history.js';
import { openStore, type OpenStore } from './open-store.js';
import type { Profile } from './profile.js';
import { Recorder } from './recorder.js';
import type {
  AppendStep,
  FaultStep,
  RestartStep,
  Schedule,
  Step,
  SubscribeStep,
} from './schedule.js';
import { settle } from './settle.js';
import { Subscriber } from './subscriber.js';
import { Writer } from './writer.js';

/** Writers and subscribers are spread over so many stores, as over the replicas of a service. */
const STORES = 2;

/**
 * Plays a schedule on a server, waits until its faults have ended and everybody is done, and resolves to what was
 * asked and answered. Rejects only when the server itself could not be had.
 */
export async function playSchedule(
  schedule: Schedule,
  target: FaultTarget,
  profile: Profile,
  open: OpenStore = openStore,
): Promise<History> {
  const play = new Play(target, profile);
  await play.open(open);
  try {
    await play.through(schedule);
    return await play.end();
  } finally {
    await play.close();
  }
}

class Play {
  readonly #streamPrefix = `faults-${randomUUID()}-`;
  readonly #recorder: Recorder;
  readonly #stores: EventStore[] = [];
  readonly #writers = new Map<number, Writer>();
  readonly #subscribers = new Map<number, Subscriber>();
  readonly #faults: Promise<void>[] = [];
  readonly #asides: Promise<void>[] = [];
  readonly #troubles: string[] = [];
  #drops = 0;

  constructor(
    private readonly target: FaultTarget,
    private readonly profile: Profile,
  ) {
    this.#recorder = new Recorder(profile.callBound);
  }

  async open(open: OpenStore): Promise<void> {
    const options = {
      ...this.profile.store,
      streamPrefixes: [this.#streamPrefix],
      onDrop: () => {
        this.#drops += 1;
      },
    };
    for (let opened = 0; opened < STORES; opened += 1) {
      this.#stores.push(await open(this.target.connectionString, options));
    }
  }

  async through({ steps }: Schedule): Promise<void> {
    const began = performance.now();
    for (const step of steps) {
      await sleep(Math.max(0, began + step.at - performance.now()));
      this.#take(step);
    }
    await Promise.all(this.#faults);
    await this.target.heal();
    await Promise.all([...this.#writers.values()].map(({ idle }) => idle));
    await Promise.all(this.#asides);
  }

  async end(): Promise<History> {
    const stores = this.#stores;
    const subscribers = [...this.#subscribers.values()];
    const conclusion = await conclude({
      stores,
      subscribers,
      recorder: this.#recorder,
      target: this.target,
      streamPrefix: this.#streamPrefix,
      settleBound: this.profile.settleBound,
    });
    await this.#closeInTime(subscribers);
    const { appends, streamReads, logReads, headReads } = this.#recorder;
    const troubles = [...conclusion.troubles, ...this.#troubles];
    const kept = { appends, streamReads, logReads, headReads, drops: this.#drops };
    return { ...conclusion, ...kept, troubles };
  }

  /** Closes what a schedule that could not be played to its end has left open. */
  async close(): Promise<void> {
    const closing = Promise.all(this.#stores.splice(0).map((store) => store.close()));
    const closed = await settle(closing, this.profile.callBound);
    if (closed.kind !== 'done') this.#troubles.push('A store did not close.');
  }

  #take(step: Step): void {
    switch (step.kind) {
      case 'append':
        return this.#writerOf(step).take(step);
      case 'subscribe':
        return this.#subscribe(step);
      case 'restart':
        return this.#beginAgain(step);
      case 'read-log':
        this.#asides.push(this.#recorder.readLog(this.#storeOf(step.limit), step.limit));
        this.#asides.push(this.#recorder.readHead(this.#storeOf(step.limit)));
        return;
      case 'fault':
        return this.#inflict(step);
    }
  }

  #writerOf({ writer: number }: AppendStep): Writer {
    const known = this.#writers.get(number);
    if (known !== undefined) return known;
    const store = this.#storeOf(number);
    const writer = new Writer(number, store, this.#recorder, this.#streamPrefix);
    this.#writers.set(number, writer);
    return writer;
  }

  #subscribe({ subscriber: number, behind, portionMilliseconds }: SubscribeStep): void {
    const after = behind === null ? null : this.#positionOf(behind);
    const subscriber = new Subscriber(number, after, portionMilliseconds);
    this.#subscribers.set(number, subscriber);
    subscriber.begin(this.#storeOf(number));
  }

  #beginAgain({ subscriber: number }: RestartStep): void {
    const subscriber = this.#subscribers.get(number);
    subscriber?.begin(this.#storeOf(number + subscriber.beginnings));
  }

  #inflict({ fault }: FaultStep): void {
    const over = this.target.inflict(fault);
    // Whether it failed is asked behind the last step.
    over.catch(() => {});
    this.#faults.push(over);
  }

  /** Of one of the appends acknowledged by now; null while there is none. */
  #positionOf(pick: number): Position | null {
    const positions = this.#recorder.appends.flatMap(({ outcome }) =>
      outcome.kind === 'acknowledged' ? [outcome.position] : [],
    );
    return positions[pick % positions.length] ?? null;
  }

  #storeOf(number: number): EventStore {
    const store = this.#stores[number % this.#stores.length];
    if (store === undefined) throw new Error('No store is open.');
    return store;
  }

  async #closeInTime(subscribers: readonly Subscriber[]): Promise<void> {
    const stopping = Promise.all(subscribers.map((each) => each.stop()));
    const stopped = await settle(stopping, this.profile.callBound);
    if (stopped.kind !== 'done') this.#troubles.push('A subscription did not end when asked to.');
    await this.close();
  }
}
