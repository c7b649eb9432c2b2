import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Executions } from '../governed-request/execute-request/executions.js';
import { Projector } from '../views/projector/projector.js';

/** The process and the service in Prometheus' text format. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  private readonly registry = new Registry();
  private readonly viewPosition = this.viewGauge(
    'docket_view_position',
    'Position in the log that a view has reached',
  );
  private readonly brokenStreams = this.viewGauge(
    'docket_view_broken_streams',
    'Streams that a view had to leave at an event it cannot read',
  );

  private readonly storeUp = new Gauge({
    name: 'docket_event_store_up',
    help: 'Whether the event store answers',
    registers: [this.registry],
  });

  constructor(
    private readonly executions: Executions,
    private readonly projector: Projector,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('docket_executions_running', 'Calls to the gateway under way', (set) =>
      set(this.executions.running),
    );
    this.gauge('docket_executions_queued', 'Allowed requests that wait for a call', (set) =>
      set(this.executions.queued),
    );
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.collectViews();
    void reply.type(this.registry.contentType);
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, collect: (set: (value: number) => void) => void): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => collect((value) => gauge.set(value)),
    });
  }

  private viewGauge(name: string, help: string): Gauge<'view'> {
    return new Gauge({ name, help, labelNames: ['view'], registers: [this.registry] });
  }

  /** Both at once and before any is read: a gauge that another one's `collect` sets shows the scrape before. */
  private async collectViews(): Promise<void> {
    const status = await this.projector.status().catch(() => null);
    this.storeUp.set(status ? 1 : 0);
    for (const { view, position, brokenStreams } of status ?? []) {
      this.viewPosition.set({ view }, Number(position ?? -1));
      this.brokenStreams.set({ view }, brokenStreams.length);
    }
  }
}
