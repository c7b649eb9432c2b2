import type { EventStore } from '../../../src/event-store/event-store.js';
import type { InMemoryLog } from '../../../src/event-store/in-memory/in-memory-log.js';
import type { Replacements } from '../world/container.js';
import type { ViewKind } from '../world/profile.js';
import type { SimulatedProcess } from '../world/simulated-process.js';

/** One promise of the service broken on purpose, which a simulation that is worth anything finds. */
export interface Sabotage {
  /** What a replica takes for the event store. */
  store?(
    store: EventStore,
    at: { readonly process: SimulatedProcess; readonly log: InMemoryLog },
  ): EventStore;
  /** What stands in the place of the service's own parts. */
  readonly replacements?: Replacements;
  /** The kind of views that it takes effect in; absent: either. */
  readonly views?: ViewKind;
}
