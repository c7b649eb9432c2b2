import { Counter, Gauge, type Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointStatus, Notifications } from '../notifications/notifications.js';

/** Milliseconds after which a scrape does without what the queue would say. */
const PATIENCE = 2_000;

/** What webhooks wait, were given up, and what came of each try. */
export class WebhookMetrics {
  private readonly pending: Gauge<'endpoint'>;
  private readonly oldest: Gauge<'endpoint'>;
  private readonly dead: Gauge<'endpoint'>;

  constructor(
    registry: Registry,
    private readonly notifications: Notifications,
  ) {
    const perEndpoint = (name: string, help: string) =>
      new Gauge({ name, help, labelNames: ['endpoint'], registers: [registry] });
    this.pending = perEndpoint(
      'docket_webhooks_pending',
      'Webhooks that are still to be delivered',
    );
    this.oldest = perEndpoint(
      'docket_webhooks_oldest_pending_seconds',
      'Seconds since the oldest webhook was queued that is still to be delivered',
    );
    this.dead = perEndpoint('docket_webhooks_dead', 'Webhooks that were given up');
    countTries(registry, notifications);
  }

  /** Asks for everything at once and before anything is read. */
  async collect(): Promise<void> {
    for (const metric of [this.pending, this.oldest, this.dead]) metric.reset();
    const late = sleep(PATIENCE, [], { ref: false });
    const statuses = await Promise.race([this.notifications.endpoints(), late]).catch(() => []);
    for (const status of statuses) this.show(status);
  }

  private show({ endpoint, pending, oldestPending, dead }: EndpointStatus): void {
    const age = oldestPending === null ? 0 : Date.now() - Date.parse(oldestPending);
    this.pending.set({ endpoint }, pending);
    this.oldest.set({ endpoint }, Math.max(0, age) / 1_000);
    this.dead.set({ endpoint }, dead);
  }
}

function countTries(registry: Registry, notifications: Notifications): void {
  const tries: Counter<'endpoint' | 'outcome'> = new Counter({
    name: 'docket_webhook_tries_total',
    help: 'Tries to deliver a webhook; those that failed for the last time are in `dead` too',
    labelNames: ['endpoint', 'outcome'],
    registers: [registry],
    collect() {
      tries.reset();
      for (const [endpoint, tally] of notifications.tallies) {
        for (const [outcome, count] of Object.entries(tally))
          tries.inc({ endpoint, outcome }, count);
      }
    },
  });
}
