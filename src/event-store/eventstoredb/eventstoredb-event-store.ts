import { EventStoreError } from '../event-store.errors.js';
import type { SubscriptionDrop } from './catch-up-subscription.js';
import { readCertificates } from './certificate-files.js';
import { parseConnectionString } from './connection-string.js';
import { Contact, type ContactChange } from './contact.js';
import { EventStoreDbDriver } from './driver.js';
import { RetryingEventStore, type EventStoreDb } from './retrying-event-store.js';

export interface EventStoreDbOptions {
  /** Only streams whose names begin so are seen in the whole log; default `governedRequest-`. */
  readonly streamPrefixes?: readonly string[];
  /** How long one try of a call may take; default the connection string's `defaultDeadline`, or 5 s. */
  readonly callMilliseconds?: number;
  /** How long a failed call is tried again, unchanged, waits in line included; default 15 s. */
  readonly retryMilliseconds?: number;
  /** How long `openEventStoreDb` waits for the server; default 10 s, with `keep-trying` 2 s. */
  readonly openMilliseconds?: number;
  /**
   * What becomes of a server that does not answer in that time: `fail` (the default) throws; `keep-trying` opens the
   * store, whose calls throw `unavailable` until the server answers, and `denied` until it lets the user in.
   */
  readonly whenUnreachable?: 'fail' | 'keep-trying';
  /** Told once of each drop of a subscription, which then resumes by itself. */
  readonly onDrop?: (drop: SubscriptionDrop) => void;
  /** Told when the server stops or begins to be of use to this service, once for each change. */
  readonly onContact?: (change: ContactChange) => void;
}

/**
 * Opens an event store on EventStoreDB and checks that it answers and lets its user read the whole log; throws
 * `invalid` for a connection string that cannot work, `unavailable` when nothing answers in time, `denied`.
 */
export async function openEventStoreDb(
  connectionString: string,
  options: EventStoreDbOptions = {},
): Promise<EventStoreDb> {
  const { whenUnreachable = 'fail' } = options;
  const { openMilliseconds = whenUnreachable === 'fail' ? 10_000 : 2_000 } = options;
  const address = parseConnectionString(connectionString);
  const contact = new Contact(address.hosts, options.onContact ?? (() => {}));
  const driver = new EventStoreDbDriver({
    address,
    certificates: readCertificates(address.options),
    callMilliseconds: options.callMilliseconds ?? address.options.defaultDeadline ?? 5_000,
    contact,
  });
  const store = new RetryingEventStore(driver, {
    streamPrefixes: options.streamPrefixes ?? ['governedRequest-'],
    retryMilliseconds: options.retryMilliseconds ?? 15_000,
    onDrop: options.onDrop ?? (() => {}),
  });
  try {
    await store.warmUp(openMilliseconds);
  } catch (error) {
    if (whenUnreachable === 'fail' || !isUnavailable(error)) {
      await store.close();
      throw error;
    }
    contact.lost(reasonOf(error));
  }
  return store;
}

const isUnavailable = (error: unknown): error is EventStoreError =>
  error instanceof EventStoreError && error.code === 'unavailable';

/** Without the hosts, which a change of contact names apart. */
const reasonOf = ({ cause, message }: EventStoreError): string =>
  cause instanceof Error ? cause.message : message;
