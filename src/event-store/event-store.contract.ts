import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { describeAnyHistory } from './contract/any-history.contract.js';
import { describeAppending } from './contract/appending.contract.js';
import { describeClosing } from './contract/closing.contract.js';
import { describeConflicts } from './contract/conflicts.contract.js';
import { describeFidelity } from './contract/fidelity.contract.js';
import { describeReading } from './contract/reading.contract.js';
import { describeRefusals } from './contract/refusals.contract.js';
import { describeRepeating } from './contract/repeating.contract.js';
import { describeSubscribing } from './contract/subscribing.contract.js';
import type { EventStore } from './event-store.js';

/** One log, for as long as the contract runs. It may hold events from before. */
export interface EventStoreHarness {
  /** Opens a store over the log; once that store is closed, opens the same log again, as a restart does. */
  open(): Promise<EventStore>;

  /** Removes what `open` left behind. */
  release(): Promise<void>;
}

/** The store that a test of the contract talks to. */
export interface Subject {
  readonly store: EventStore;

  /** Closes the store and opens its log again; `store` is the new one from then on. */
  restart(): Promise<EventStore>;
}

/** What every event store does, whatever it keeps its log in: each adapter's spec calls this, and nothing excuses a difference. */
export function describeEventStore(name: string, start: () => Promise<EventStoreHarness>): void {
  describe(`${name} as an event store`, () => {
    let harness: EventStoreHarness;
    let store: EventStore;
    const subject: Subject = {
      get store() {
        return store;
      },
      async restart() {
        await store.close();
        store = await harness.open();
        return store;
      },
    };

    beforeAll(async () => {
      harness = await start();
    });
    beforeEach(async () => {
      store = await harness.open();
    });
    afterEach(() => store.close());
    afterAll(() => harness.release());

    describeAppending(subject);
    describeConflicts(subject);
    describeRepeating(subject);
    describeRefusals(subject);
    describeFidelity(subject);
    describeReading(subject);
    describeSubscribing(subject);
    describeClosing(subject);
    describeAnyHistory(subject);
  });
}
