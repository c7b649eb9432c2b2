import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AccessLog } from '../access-log/access-log.js';
import type { EventStoreProbe } from '../event-store/event-store-probe.js';
import { Executions } from '../governed-request/execute-request/executions.js';
import { GatewayCircuit } from '../governed-request/execute-request/gateway-circuit.js';
import { Notifications } from '../notifications/notifications.js';
import { EVENT_STORE_PROBE } from '../runtime/injection.js';
import { EventStreams } from '../views/event-log/event-streams.js';
import { Projector } from '../views/projector/projector.js';
import { accessMetrics } from './access-metrics.js';
import { connectionMetrics } from './connection-metrics.js';
import { executionMetrics } from './execution-metrics.js';
import { streamMetrics } from './stream-metrics.js';
import { ViewMetrics } from './view-metrics.js';
import { WebhookMetrics } from './webhook-metrics.js';

/** The process and the service in Prometheus' text format. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  private readonly registry = new Registry();
  private readonly views: ViewMetrics;
  private readonly webhooks: WebhookMetrics;

  constructor(
    executions: Executions,
    circuit: GatewayCircuit,
    projector: Projector,
    streams: EventStreams,
    notifications: Notifications,
    accesses: AccessLog,
    @Inject(EVENT_STORE_PROBE) store: EventStoreProbe,
  ) {
    collectDefaultMetrics({ register: this.registry });
    const { registry } = this;
    executionMetrics(registry, executions, circuit);
    streamMetrics(registry, streams);
    accessMetrics(registry, accesses);
    connectionMetrics(registry, store);
    this.views = new ViewMetrics(registry, projector, store);
    this.webhooks = new WebhookMetrics(registry, notifications);
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await Promise.all([this.views.collect(), this.webhooks.collect()]);
    void reply.type(this.registry.contentType);
    return this.registry.metrics();
  }
}
