import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VersionConflict } from '../event-store/event-store.errors.js';
import { NO_STREAM, type EventStore, type StoredEvent } from '../event-store/event-store.js';
import { UnreadableEvent } from '../governed-request/governed-request.codec.js';
import { metadataOf, type Acting } from '../governed-request/governed-requests.js';
import { decodeDelegation, encodeDelegation, REGISTER_STREAM } from './delegation.codec.js';
import type { DelegationEvent } from './delegation.events.js';
import { CorruptRegister, evolve, type Delegation } from './delegation.js';

/** Events read at a time. */
const PAGE = 500;
const MAX_CONFLICTS = 20;
/** Milliseconds in which events must be seen that a conflict told of. */
const SHOWN_WITHIN = 2_000;
const PAUSE = 20;

type Delegations = readonly Delegation[];
type Decide = (delegations: Delegations, now: Date) => DelegationEvent;

/**
 * All delegations, as the log has them now. What was read once is kept, so that each look reads only what has come since:
 * nobody decides with a delegation whose revocation was answered before.
 */
export class DelegationRegister {
  readonly #known = new Map<string, Delegation>();
  #version = NO_STREAM;

  constructor(
    private readonly store: EventStore,
    private readonly now: () => Date,
  ) {}

  /** Resolves to every delegation there is or was, the oldest first. Throws `UnreadableEvent`, `EventStoreError`. */
  async read(): Promise<Delegations> {
    for (;;) {
      const page = await this.store.readStreamPage(REGISTER_STREAM, this.#version, PAGE);
      for (const stored of page) this.#take(stored);
      if (page.length < PAGE) return this.#delegations;
    }
  }

  /**
   * Records what `decide` answers about the delegation `id`, and resolves to what it is then; decides anew when
   * another writer came first. Throws what `decide` throws, and as `read` does.
   */
  async handle(id: string, acting: Acting, decide: Decide): Promise<Delegation> {
    await this.read();
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        return await this.#record(id, acting, decide);
      } catch (error) {
        if (!(error instanceof VersionConflict) || conflicts === MAX_CONFLICTS) throw error;
        await this.#readAsFarAs(error.actualVersion);
      }
    }
  }

  get #delegations(): Delegations {
    return [...this.#known.values()];
  }

  /** What is decided on and the version that it is appended at are taken in the same turn: others read meanwhile. */
  async #record(id: string, acting: Acting, decide: Decide): Promise<Delegation> {
    const [now, version] = [this.now(), this.#version];
    const event = decide(this.#delegations, now);
    const after = evolve(this.#known.get(id), event);
    const encoded = encodeDelegation(event, randomUUID(), metadataOf(acting, id, now));
    await this.store.append(REGISTER_STREAM, version, [encoded]);
    return after;
  }

  /** EventStoreDB may refuse an append for events that its reads show only moments later. */
  async #readAsFarAs(version: number): Promise<void> {
    const end = performance.now() + SHOWN_WITHIN;
    for (;;) {
      await this.read();
      if (this.#version >= version || performance.now() > end) return;
      await sleep(PAUSE);
    }
  }

  /** Two looks at once may read the same events. */
  #take(stored: StoredEvent): void {
    if (stored.version <= this.#version) return;
    const event = decodeDelegation(stored);
    const { id } = event.data;
    try {
      this.#known.set(id, evolve(this.#known.get(id), event));
    } catch (error) {
      if (!(error instanceof CorruptRegister)) throw error;
      throw new UnreadableEvent(stored, error.message, { cause: error });
    }
    this.#version = stored.version;
  }
}
