import type { Registry } from 'prom-client';
import type { ConnectionStatistics, EventStoreProbe } from '../event-store/event-store-probe.js';
import { counter, gauge } from './gauge.js';

type Description = readonly [name: string, help: string];

const GAUGES: Readonly<Partial<Record<keyof ConnectionStatistics, Description>>> = {
  subscriptions: ['docket_subscriptions', 'Subscriptions that the event store serves'],
  bufferedEvents: [
    'docket_subscription_buffered_events',
    'Events received from subscriptions and not yet taken by their readers',
  ],
  runningCalls: ['docket_event_store_calls_running', 'Calls to the event store under way'],
  waitingCalls: ['docket_event_store_calls_waiting', 'Calls to the event store that wait in line'],
};

const COUNTERS: Readonly<Partial<Record<keyof ConnectionStatistics, Description>>> = {
  subscriptionDrops: [
    'docket_subscription_drops_total',
    'How often a subscription to the event store ended unasked, and was resumed',
  ],
  replacedClients: [
    'docket_event_store_clients_replaced_total',
    'Clients of the event store that went bad and were replaced',
  ],
};

/** Registers what goes on between the service and its event store, where there is a connection at all. */
export function connectionMetrics(registry: Registry, store: EventStoreProbe): void {
  if (store.statistics === null) return;
  const reading = (key: string) => () => store.statistics?.[key as keyof ConnectionStatistics] ?? 0;
  for (const [key, description] of Object.entries(GAUGES)) {
    gauge(registry, ...description, reading(key));
  }
  for (const [key, description] of Object.entries(COUNTERS)) {
    counter(registry, ...description, reading(key));
  }
}
