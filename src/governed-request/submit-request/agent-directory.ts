import { Inject, Injectable } from '@nestjs/common';
import type { AgentGateway } from '../../openclaw/agent-gateway.js';
import { AGENT_GATEWAY } from '../../runtime/injection.js';
import { UnknownAgent } from './unknown-agent.js';

const FRESH_FOR = 10_000;

/** Knows which agents the gateway has, asking it at most every ten seconds, and only for an agent not yet known. */
@Injectable()
export class AgentDirectory {
  private known: ReadonlySet<string> = new Set();
  private askedAt = -Infinity;

  constructor(@Inject(AGENT_GATEWAY) private readonly gateway: AgentGateway) {}

  /** Throws `UnknownAgent` when the gateway says that it has no such agent; a gateway that cannot say refuses nobody. */
  async refuseUnknown(agent: string): Promise<void> {
    if (this.known.has(agent)) return;
    const agents = await this.ask();
    if (agents && !agents.has(agent)) throw new UnknownAgent(agent);
  }

  private async ask(): Promise<ReadonlySet<string> | null> {
    if (performance.now() - this.askedAt < FRESH_FOR)
      return this.known.size > 0 ? this.known : null;
    this.askedAt = performance.now();
    const agents = await this.gateway.agents();
    if (agents) this.known = new Set(agents);
    return agents && this.known;
  }
}
