import type { NewEvent } from './event-store.js';

const own = new WeakSet<NewEvent>();

/** An event of JSON values, which must be as they would be read back; appending it needs no second look at its texts. */
export function jsonEvent(id: string, type: string, data: object, metadata: object): NewEvent {
  const event = Object.freeze({
    id,
    type,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  });
  own.add(event);
  return event;
}

/** Whether `jsonEvent` wrote the texts of this very event. */
export const isJsonEvent = (event: NewEvent): boolean => own.has(event);
