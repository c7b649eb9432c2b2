import { createInMemoryEventStore } from '../../../src/event-store/in-memory/in-memory-event-store.js';
import { createNotifications } from '../../../src/notifications/create-notifications.js';
import { parseAllowedTargets } from '../../../src/notifications/targets/allowed-targets.js';
import { TargetGuard } from '../../../src/notifications/targets/target-guard.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { readConfiguration } from '../../../src/runtime/configuration.js';
import { createLogger } from '../../../src/runtime/logger.js';

const refuse = (): Promise<never> => Promise.reject(new Error('It has no webhooks.'));

/** Nobody is told anything in a simulation. */
export const noWebhooks = createNotifications(
  { endpoints: [], guard: new TargetGuard(parseAllowedTargets([])) },
  readConfiguration({}).webhooks,
  {
    store: createInMemoryEventStore(),
    database: { prepare: refuse, read: refuse, write: refuse, flush: refuse, close: refuse },
    clock: systemClock,
    log: createLogger('silent'),
  },
);
