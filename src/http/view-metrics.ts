import { Gauge, type Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreProbe } from '../event-store/event-store-probe.js';
import { Projector } from '../views/projector/projector.js';
import type { ViewStatus } from '../views/projector/view-status.js';
import { gauge } from './gauge.js';

/** Milliseconds after which a scrape does without what the views would say. */
const PATIENCE = 2_000;

/** Whether the event store answers, and where each view stands against it. */
export class ViewMetrics {
  private readonly position: Gauge<'view'>;
  private readonly lag: Gauge<'view'>;
  private readonly brokenStreams: Gauge<'view'>;
  private readonly storeUp: Gauge;

  constructor(
    registry: Registry,
    private readonly projector: Projector,
    private readonly store: EventStoreProbe,
  ) {
    const perView = (name: string, help: string) =>
      new Gauge({ name, help, labelNames: ['view'], registers: [registry] });
    this.position = perView('docket_view_position', 'Position in the log that a view has reached');
    this.lag = perView(
      'docket_view_lag_seconds',
      'Seconds since the oldest event that a view misses was recorded',
    );
    this.brokenStreams = perView(
      'docket_view_broken_streams',
      'Streams that a view had to leave at an event it cannot read',
    );
    this.storeUp = new Gauge({
      name: 'docket_event_store_up',
      help: 'Whether the event store answers',
      registers: [registry],
    });
    gauge(registry, 'docket_projecting', 'Whether this process fills the views', () =>
      Number(projector.isProjecting),
    );
  }

  /** Asks for everything at once and before anything is read: a gauge that another one's `collect` sets shows the scrape before. */
  async collect(): Promise<void> {
    const isUp = await this.store.check().then(
      () => true,
      () => false,
    );
    this.storeUp.set(Number(isUp));
    for (const metric of [this.position, this.lag, this.brokenStreams]) metric.reset();
    if (isUp) for (const status of await this.statuses()) this.show(status);
  }

  private async statuses(): Promise<readonly ViewStatus[]> {
    const late = sleep(PATIENCE, [], { ref: false });
    return Promise.race([this.projector.status(), late]).catch(() => []);
  }

  private show({ view, position, lag, brokenStreams }: ViewStatus): void {
    this.position.set({ view }, Number(position ?? -1));
    this.lag.set({ view }, lag / 1_000);
    this.brokenStreams.set({ view }, brokenStreams.length);
  }
}
