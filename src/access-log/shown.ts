import type { StoredEvent } from '../event-store/event-store.js';
import type { AccessEventData } from './access-log.events.js';

/** What an answer shows, as far as it is recorded. */
export type Shown = Pick<
  AccessEventData<'AccessGranted'>,
  'requests' | 'items' | 'positions' | 'withContent'
>;

/** An answer that has nothing to show. */
export const NOTHING_SHOWN: Shown = {
  requests: [],
  items: 0,
  positions: null,
  withContent: false,
};

/** Traces or what else stands for a request: those without content have none. */
export const shownRequests = (
  items: readonly { readonly id: string; readonly content: unknown }[],
): Shown => ({
  requests: items.map(({ id }) => id),
  items: items.length,
  positions: null,
  withContent: items.some(({ content }) => content !== null),
});

/** Events, always with content, of one request or of all. */
export const shownEvents = (
  events: readonly StoredEvent[],
  requests: readonly string[] = [],
): Shown =>
  moreShown({ requests: [...requests], items: 0, positions: null, withContent: true }, events);

/** Further events behind those shown before. */
export function moreShown(shown: Shown, events: readonly Pick<StoredEvent, 'position'>[]): Shown {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return shown;
  const positions = {
    first: shown.positions?.first ?? String(first.position),
    last: String(last.position),
  };
  return { ...shown, items: shown.items + events.length, positions };
}
