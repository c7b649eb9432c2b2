import type { EventStore } from '../../../src/event-store/event-store.js';
import { createInMemoryEventStore } from '../../../src/event-store/in-memory/in-memory-event-store.js';
import { InMemoryLog } from '../../../src/event-store/in-memory/in-memory-log.js';
import { Projector } from '../../../src/views/projector/projector.js';
import { PROJECTIONS } from '../../../src/views/projections.js';
import type { Sabotage } from '../sabotage/sabotage.js';
import type { Tracer } from '../simulation.js';
import { embeddedViews, takeDatabase } from './embedded-views.js';
import { History } from './history.js';
import { plainViews } from './plain-views.js';
import type { GatewayWeights, Profile, StoreFaults } from './profile.js';
import type { Random } from './random.js';
import type { ReplicaViews } from './replica-views.js';
import { Replica } from './replica.js';
import { Schedule } from './schedule.js';
import { simulatedGateway } from './simulated-gateway.js';
import { SimulatedProcess } from './simulated-process.js';
import { SimulatedStore } from './simulated-store.js';
import { settled } from './virtual-time.js';

const NO_FAULTS: StoreFaults = {
  unavailable: 0,
  lost: 0,
  dropped: 0,
  late: 0,
  stale: 0,
  broken: 0,
};

const ANSWERS: GatewayWeights = {
  answers: 1,
  refuses: 0,
  'is out of reach': 0,
  errs: 0,
  hangs: 0,
  'answers late': 0,
  dies: 0,
};

const LONGEST_ABSENCE = 8_000;

/** The name of the conversation that a request without one gets, by which the gateway's record tells requests apart. */
const CONVERSATION = 'docket-';

/** What all replicas of one simulation have in common, and the replicas. */
export class World {
  readonly schedule: Schedule;
  readonly history: History;
  readonly #started: Replica[] = [];
  readonly #bases: EventStore[] = [];
  readonly #log = new InMemoryLog();
  readonly #replicas: (Replica | null)[];
  #isCalm = false;
  #deaths = 0;

  constructor(
    readonly profile: Profile,
    readonly random: Random,
    private readonly sabotage: Sabotage,
    private readonly trace: Tracer,
  ) {
    this.schedule = new Schedule(random);
    this.history = new History(this.#log);
    this.#replicas = Array.from({ length: profile.replicas }, () => null);
  }

  /** Takes note of something that happened, for people. */
  tell(what: string): void {
    this.trace(this.schedule.now, what);
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** From here on nothing goes wrong any more. */
  calmDown(): void {
    this.#isCalm = true;
    this.tell('NOTHING GOES WRONG ANY MORE');
  }

  /** How many replicas have gone so far. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Every replica that lives, also one that stands still. */
  get living(): readonly Replica[] {
    return this.#replicas.filter(
      (replica): replica is Replica => replica !== null && !replica.process.isDead,
    );
  }

  /** Those of them that are not on their way out. */
  get serving(): readonly Replica[] {
    return this.living.filter(({ isStopping }) => !isStopping);
  }

  /** Starts a replica in every place that has none, one after the other. */
  async startAll(): Promise<void> {
    for (const slot of this.#replicas.keys()) {
      await this.start(slot);
      await settled();
    }
  }

  /** Starts a replica from nothing where there is none. */
  async start(slot: number): Promise<void> {
    if (this.#replicas[slot]) return;
    const process = this.#newProcess(slot);
    const { profile } = this;
    const store = this.#storeFor(process);
    const gateway = simulatedGateway({
      process,
      weights: () => (this.#isCalm ? ANSWERS : profile.gateway),
      record: (call) => this.history.called(call.call.sessionKey.slice(CONVERSATION.length), call),
    });
    const views = await this.#viewsOver(store);
    const { replacements = new Map() } = this.sabotage;
    const replica = new Replica({ process, store, gateway, views, profile, replacements });
    this.#replicas[slot] = replica;
    this.#started.push(replica);
    process.onDeath(() => this.#lose(slot, replica));
    replica.start();
  }

  /**
   * Ends the simulation, also for those that died in it: whoever still listened to a signal that depends on others would
   * be kept by Node for ever, and all the rest with it.
   */
  async close(): Promise<void> {
    for (const { process } of this.living) process.die();
    for (const { process, views } of this.#started) void process.run(() => views.stop());
    for (const base of this.#bases) await base.close();
    await settled();
  }

  /** Another one takes its place after a while; in the end it is enough that one is left. */
  #lose(slot: number, { views }: Replica): void {
    this.#replicas[slot] = null;
    this.#deaths += 1;
    void views.release();
    if (this.#isCalm && this.serving.length > 0) return;
    this.schedule.after(this.random.between(0, LONGEST_ABSENCE), {
      label: () => 'a replica STARTS from nothing',
      process: null,
      act: () => void this.start(slot),
    });
  }

  #newProcess(slot: number): SimulatedProcess {
    const { profile, random, schedule } = this;
    return new SimulatedProcess({
      name: `${'abc'[slot]}${this.#started.length + 1}`,
      schedule,
      random,
      skew: random.between(0, profile.skew),
      lateness: profile.lateness,
    });
  }

  #storeFor(process: SimulatedProcess): EventStore {
    const { latency, viewLag, store: faults } = this.profile;
    const base = createInMemoryEventStore(this.#log);
    this.#bases.push(base);
    const store = new SimulatedStore({
      base,
      process,
      latency,
      viewLag,
      faults: () => (this.#isCalm ? NO_FAULTS : faults),
    });
    return this.sabotage.store?.(store, { process, log: this.#log }) ?? store;
  }

  async #viewsOver(store: EventStore): Promise<ReplicaViews> {
    if (this.profile.views === 'embedded') return embeddedViews(store, this.history.events);
    unused ??= await takeDatabase();
    return plainViews(store, {
      views: unused,
      projector: new Projector(store, unused, PROJECTIONS, () => {}),
    });
  }
}

/** Where nothing is ever read from: replicas with plain views are wired with it. */
let unused: Awaited<ReturnType<typeof takeDatabase>> | undefined;
