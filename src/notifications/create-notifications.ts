import type { Logger } from 'pino';
import type { EventStore } from '../event-store/event-store.js';
import type { Clock } from '../runtime/clock.js';
import { loadEndpoints } from './endpoints/load-endpoints.js';
import { Notifications } from './notifications.js';
import type { QueueDatabase } from './queue/queue-database.js';
import { WebhookSender } from './sending/webhook-sender.js';
import { parseAllowedTargets } from './targets/allowed-targets.js';
import { TargetGuard } from './targets/target-guard.js';
import type { WebhookEndpoint } from './endpoints/webhook-endpoint.js';
import type { WebhookSettings } from './webhook-settings.js';

/** Who is to be told, and where webhooks may go. */
export interface WebhookTargets {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly guard: TargetGuard;
}

/** Reads the endpoints as they are configured. Throws `ConfigurationError`. */
export function readTargets(
  { file, allowPrivate }: WebhookSettings,
  env: NodeJS.ProcessEnv,
): WebhookTargets {
  const guard = new TargetGuard(parseAllowedTargets(allowPrivate));
  return { guard, endpoints: file === null ? [] : loadEndpoints(file, guard, env) };
}

/** Notifications over what they need; nothing is sent before they are started. */
export function createNotifications(
  { endpoints, guard }: WebhookTargets,
  settings: WebhookSettings,
  adapters: {
    readonly store: EventStore;
    readonly database: QueueDatabase;
    readonly clock: Clock;
    readonly log: Logger;
  },
): Notifications {
  const sender = new WebhookSender(guard, adapters.clock, settings.timeout);
  return new Notifications({ ...adapters, endpoints, sender, settings });
}
