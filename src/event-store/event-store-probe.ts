/** What goes on between a service and the server that keeps its events, as it is now. */
export interface ConnectionStatistics {
  /** Subscriptions that the server serves. */
  readonly subscriptions: number;
  /** How often one of them ended unasked since the store was opened. */
  readonly subscriptionDrops: number;
  /** Events that were received and not yet taken by their readers. */
  readonly bufferedEvents: number;
  readonly runningCalls: number;
  /** Calls in line for one of the slots. */
  readonly waitingCalls: number;
  /** Clients that went bad and were replaced since the store was opened. */
  readonly replacedClients: number;
}

/** An operator's view of an event store. */
export interface EventStoreProbe {
  /** Asks the store once whether it can be used now; throws `EventStoreError` and says why not. */
  check(): Promise<void>;
  /** `null` for a store inside this process. */
  readonly statistics: ConnectionStatistics | null;
}
