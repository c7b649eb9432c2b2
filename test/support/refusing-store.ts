import {
  EventStoreError,
  type EventStoreErrorCode,
} from '../../src/event-store/event-store.errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { EventType } from '../../src/governed-request/governed-request.events.js';
import { passingOn } from './passing-on.js';

/** A store that does not take some events for a while. */
export interface RefusingStore extends EventStore {
  /** Appends that were refused so far. */
  readonly refusals: number;
}

/** Refuses so many appends in which there is an event of this type. */
export function refusingStore(
  store: EventStore,
  type: EventType,
  times: number,
  code: EventStoreErrorCode = 'unavailable',
): RefusingStore {
  let refusals = 0;
  return {
    ...passingOn(store),
    get refusals() {
      return refusals;
    },
    async append(stream, version, events) {
      const isRefused = refusals < times && events.some((event) => event.type === type);
      if (!isRefused) return store.append(stream, version, events);
      refusals += 1;
      throw new EventStoreError(code, `The store takes no ${type} now.`);
    },
  };
}
