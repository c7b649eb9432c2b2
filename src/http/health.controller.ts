import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { EventStore, Position } from '../event-store/event-store.js';
import type { AgentGateway } from '../openclaw/agent-gateway.js';
import { AGENT_GATEWAY, EVENT_STORE } from '../runtime/injection.js';
import { PROJECTIONS } from '../views/projections.js';
import { Projector } from '../views/projector/projector.js';

const PATIENCE = 1_000;

const readiness = z
  .strictObject({
    ready: z.boolean(),
    eventStore: z.boolean(),
    gateway: z.boolean(),
    /** Which reach the end of the log within a second. */
    views: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'Readiness' });
type Readiness = z.infer<typeof readiness>;

const liveness = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' });

@ApiTags('operation')
@Controller()
export class HealthController {
  constructor(
    private readonly projector: Projector,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(AGENT_GATEWAY) private readonly gateway: AgentGateway,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process lives' })
  @ApiResponse({ status: 200, standardSchema: liveness })
  live(): z.infer<typeof liveness> {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Whether it can take requests: 200, otherwise 503, and what is missing',
  })
  @ApiResponse({ status: 200, standardSchema: readiness })
  @ApiResponse({ status: 503, standardSchema: readiness, description: 'Not now' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [gateway, views] = await Promise.all([this.gateway.ready(), this.views()]);
    const eventStore = views !== null;
    const ready = eventStore && gateway && Object.values(views).every(Boolean);
    void reply.status(ready ? 200 : 503);
    return { ready, eventStore, gateway, views: views ?? {} };
  }

  /** Under load views are always a little behind, so each has a moment; `null` when the event store cannot be asked. */
  private async views(): Promise<Record<string, boolean> | null> {
    const head = await this.store.head().catch(() => undefined);
    if (head === undefined) return null;
    const reached = PROJECTIONS.map(async ({ name }) => [name, await this.reaches(name, head)]);
    return Object.fromEntries(await Promise.all(reached)) as Record<string, boolean>;
  }

  private async reaches(view: string, head: Position | null): Promise<boolean> {
    if (head === null) return true;
    return this.projector.waitFor(head, PATIENCE, view).then(
      () => true,
      () => false,
    );
  }
}
