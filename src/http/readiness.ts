import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EventStoreProbe } from '../event-store/event-store-probe.js';
import { GatewayCircuit } from '../governed-request/execute-request/gateway-circuit.js';
import type { AgentGateway } from '../openclaw/agent-gateway.js';
import { AGENT_GATEWAY, EVENT_STORE_PROBE, MAX_VIEW_LAG } from '../runtime/injection.js';
import { Shutdown } from '../runtime/shutdown.js';
import { PROJECTIONS } from '../views/projections.js';
import { Projector } from '../views/projector/projector.js';
import { toProblem } from './to-problem.js';

/** Milliseconds that the views' database may take to say where they stand. */
const PATIENCE = 2_000;

export const readinessReport = z
  .strictObject({
    ready: z.boolean(),
    eventStore: z.boolean(),
    gateway: z.boolean(),
    /** Which are no further behind the event log than `DOCKET_MAX_VIEW_LAG` allows; empty while the log cannot be read. */
    views: z.record(z.string(), z.boolean()),
    /** What is missing, a sentence each. */
    reasons: z.array(z.string()),
  })
  .meta({ id: 'Readiness' });
export type ReadinessReport = z.infer<typeof readinessReport>;

const CIRCUIT_OPEN = 'Calls to the agent gateway failed; requests wait until it works again.';

/** Why a part of the service cannot be used, null when it can. */
type Finding = string | null;

/** Whether the service can take requests: for load balancers, and in words for people. */
@Injectable()
export class Readiness {
  constructor(
    private readonly projector: Projector,
    private readonly shutdown: Shutdown,
    @Inject(EVENT_STORE_PROBE) private readonly store: EventStoreProbe,
    @Inject(AGENT_GATEWAY) private readonly gateway: AgentGateway,
    private readonly circuit: GatewayCircuit,
    @Inject(MAX_VIEW_LAG) private readonly maxLag: number,
  ) {}

  async report(): Promise<ReadinessReport> {
    const [store, gateway] = await Promise.all([this.askStore(), this.askGateway()]);
    const views = store === null ? await this.askViews() : new Map<string, Finding>();
    const end = this.shutdown.hasBegun ? 'It is shutting down.' : null;
    const reasons = [end, store, gateway, ...new Set(views.values())].filter((why) => why !== null);
    return {
      ready: reasons.length === 0,
      eventStore: store === null,
      gateway: gateway === null,
      views: Object.fromEntries([...views].map(([view, why]) => [view, why === null])),
      reasons,
    };
  }

  private async askStore(): Promise<Finding> {
    try {
      await this.store.check();
      return null;
    } catch (error) {
      return `${toProblem(error).details.title}.`;
    }
  }

  private async askGateway(): Promise<Finding> {
    if (!(await this.gateway.ready())) return 'The agent gateway does not answer.';
    return this.circuit.state === 'open' ? CIRCUIT_OPEN : null;
  }

  private async askViews(): Promise<ReadonlyMap<string, Finding>> {
    const late = sleep(PATIENCE, null, { ref: false });
    const status = await Promise.race([this.projector.status(), late]).catch(() => null);
    if (status === null) return allViews('The read models cannot be read now.');
    return new Map(status.map(({ view, lag }) => [view, this.finding(view, lag)]));
  }

  private finding(view: string, lag: number): Finding {
    if (lag <= this.maxLag) return null;
    return `The view ${view} is ${(lag / 1_000).toFixed(1)} s behind the event log.`;
  }
}

const allViews = (finding: Finding): ReadonlyMap<string, Finding> =>
  new Map(PROJECTIONS.map(({ name }) => [name, finding]));
