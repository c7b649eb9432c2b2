import { createHash } from 'node:crypto';
import { brokenByStep, isEverythingAtRest, leftUndone } from './invariants/check.js';
import type { Violation } from './invariants/invariant.js';
import { REPLICA_INVARIANTS } from './invariants/invariants.js';
import { People } from './people/people.js';
import { drawMatters, type Matter } from './people/matters.js';
import type { Sabotage } from './sabotage/sabotage.js';
import { kill, LONGEST_PAUSE, strike } from './world/faults.js';
import { drawProfile, viewsOf, type Profile } from './world/profile.js';
import { LONGEST_JOURNEY } from './world/exchange.js';
import type { RequestHistory } from './world/history.js';
import { Random } from './world/random.js';
import { BEGINNING } from './world/simulated-process.js';
import { settled } from './world/virtual-time.js';
import { World } from './world/world.js';

/** What came of one simulation. */
export interface Played {
  readonly seed: number;
  readonly profile: Profile;
  readonly violation: Violation | null;
  readonly steps: number;
  readonly events: number;
  /** Calls of the gateway. */
  readonly calls: number;
  /** Calls of the gateway with a content that somebody amended. */
  readonly amendedCalls: number;
  /** Calls of the gateway with a content that a stand-in approved. */
  readonly standInCalls: number;
  readonly answers: number;
  /** Calls of people that were refused or failed. */
  readonly refusals: number;
  /** Replicas that died or were shut down. */
  readonly deaths: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
  /** SHA-256 over everything that was stored, in lower-case hex. */
  digest(): string;
}

/** Takes note of a step: virtual milliseconds since the beginning, and what happened. */
export type Tracer = (at: number, what: string) => void;

export interface SimulationOptions {
  readonly sabotage?: Sabotage | undefined;
  readonly trace?: Tracer | undefined;
  /** What people do; absent: what the seed draws. */
  readonly matters?: readonly Matter[] | undefined;
}

/** The time of grace behind the deadline of an execution. */
const GRACE = 30_000;
/** A sweep is due every five seconds, and its view may be some seconds behind. */
const SOME_SWEEPS = 40_000;
/** What may still come once everything rests, and for the views to catch up. */
const LAST_WORDS = 20_000;
/** How often the embedded views are looked at: that takes longer than a step. */
const LOOKS = 0.03;
/** Timers that may wait for each other. */
const TIMERS = 8;

/** One simulation, which its seed determines to the last step. Virtual time has to be installed. */
export class Simulation {
  readonly #world: World;
  readonly #people: People;
  readonly #trace: Tracer;
  #violation: Violation | null = null;
  #steps = 0;

  constructor(
    private readonly seed: number,
    { sabotage = {}, trace = () => {}, matters }: SimulationOptions,
  ) {
    const random = new Random(seed);
    const profile = drawProfile(random, sabotage.views ?? viewsOf(seed));
    this.#trace = trace;
    this.#world = new World(profile, random, sabotage, trace);
    this.#people = new People(this.#world, matters ?? drawMatters(random, profile));
  }

  /** Troubled times, then calm ones until everything rests, then what those may still do who stood still. */
  async play(): Promise<Played> {
    const world = this.#world;
    await world.startAll();
    await this.#playUntil(world.profile.span);
    if (!this.#violation) await this.#end();
    await world.close();
    return this.#played();
  }

  async #end(): Promise<void> {
    const { schedule } = this.#world;
    await this.#calmDown();
    await this.#playUntilQuiet();
    await this.#playUntil(Math.max(schedule.now, this.#lastOneWakes()) + LAST_WORDS);
    this.#violation ??= this.#unanswered() ?? this.#leftUndone() ?? (await this.#wrongViews('all'));
  }

  async #playUntil(end: number): Promise<void> {
    const { schedule, isCalm } = this.#world;
    while (!this.#violation) {
      const step = schedule.next(end);
      if (!step) break;
      this.#steps += 1;
      if (step.label) this.#trace(schedule.now, step.label());
      step.act();
      await settled();
      await this.#check();
      if (!isCalm) strike(this.#world, step);
    }
    schedule.passTo(end);
  }

  async #check(): Promise<void> {
    const { history, profile, random } = this.#world;
    history.takeIn();
    this.#violation = brokenByStep(history) ?? this.#bug();
    history.endStep();
    if (profile.views !== 'embedded' || !random.chance(LOOKS)) return;
    this.#violation ??= await unlessBusy(this.#wrongViews('some'));
  }

  /** Nothing goes wrong any more, and as likely as not one replica has to finish what all others began. */
  async #calmDown(): Promise<void> {
    const world = this.#world;
    world.calmDown();
    await world.startAll();
    if (world.random.chance(0.5)) return;
    for (const replica of world.serving.slice(1)) kill(world, replica);
  }

  async #playUntilQuiet(): Promise<void> {
    const { schedule, profile, history } = this.#world;
    const { expiresAfter, lateness, latency } = profile;
    const allArrived = schedule.now + LONGEST_JOURNEY * latency;
    const patience =
      expiresAfter + profile.execution.deadline + GRACE + SOME_SWEEPS + TIMERS * lateness;
    const end = schedule.now + LONGEST_PAUSE + patience;
    while (schedule.now < end && !this.#violation) {
      const isQuiet = this.#people.areDone && isEverythingAtRest(history);
      if (isQuiet && schedule.now > allArrived) return;
      await this.#playUntil(Math.min(end, schedule.now + 1_000));
    }
  }

  #lastOneWakes(): number {
    return Math.max(0, ...this.#world.living.map(({ process }) => process.pausedUntil));
  }

  #bug(): Violation | null {
    const { surprise } = this.#people;
    return surprise && { invariant: REPLICA_INVARIANTS.bugs, what: String(surprise.stack) };
  }

  #leftUndone(): Violation | null {
    const { history, schedule } = this.#world;
    return leftUndone(history, new Date(BEGINNING + schedule.now));
  }

  #unanswered(): Violation | null {
    const [pending] = this.#people.pending;
    if (!pending) return null;
    const what = `${pending.replica.process.name} never answered ${pending.label}`;
    return { invariant: REPLICA_INVARIANTS.answered, what };
  }

  async #wrongViews(due: 'some' | 'all'): Promise<Violation | null> {
    for (const { process, views } of this.#world.living) {
      const what = await views.differences(due);
      if (what !== null) {
        return { invariant: REPLICA_INVARIANTS.views, what: `${process.name}: ${what}` };
      }
    }
    return null;
  }

  #played(): Played {
    const { history, profile, schedule, deaths } = this.#world;
    const requests = [...history.requests.values()];
    return {
      seed: this.seed,
      profile,
      violation: this.#violation,
      steps: this.#steps,
      events: history.events.length,
      calls: callsFor(requests),
      amendedCalls: callsFor(requests.filter(isAmended)),
      standInCalls: callsFor(requests.filter(isOfStandIns)),
      answers: this.#people.answers,
      refusals: this.#people.refusals,
      deaths,
      lasted: schedule.now,
      digest: () => digestOf(history.committed),
    };
  }
}

const callsFor = (requests: readonly RequestHistory[]): number =>
  requests.reduce((sum, { calls }) => sum + calls.length, 0);

const isAmended = ({ events }: RequestHistory): boolean =>
  events.some(({ type }) => type === 'ContentAmended');

const isOfStandIns = ({ events }: RequestHistory): boolean =>
  events.some(({ type, data }) => type === 'ApprovalGranted' && data.standsInFor !== null);

/** Null where a replica stands in the middle of a transaction: the views can be looked at another time. */
const unlessBusy = <T>(look: Promise<T>): Promise<T | null> =>
  Promise.race([
    look,
    settled()
      .then(settled)
      .then(() => null),
  ]);

function digestOf(events: World['history']['committed']): string {
  const hash = createHash('sha256');
  for (const { position, ...event } of events) {
    hash.update(JSON.stringify({ ...event, position: position.toString() }));
  }
  return hash.digest('hex');
}
