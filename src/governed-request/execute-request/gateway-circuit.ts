import { Inject, Injectable } from '@nestjs/common';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { Logger } from 'pino';
import type { AgentGateway } from '../../openclaw/agent-gateway.js';
import { AGENT_GATEWAY, LOGGER } from '../../runtime/injection.js';
import type { ExecutionOutcome } from './finish-execution.js';
import { gatewayVerdict, type GatewayVerdict } from './gateway-verdict.js';

/** Calls in a row that fail before nobody is sent to the gateway any more. */
const FAILURES = 5;
/** Milliseconds between two looks at a gateway that failed. */
const FIRST_PAUSE = 2_000;
/** A gateway that says it is ready and fails all the same is left alone longer each time. */
const LAST_PAUSE = 60_000;

const works = (): GatewayVerdict => 'works';

/**
 * Keeps executions from a gateway that fails: they are not begun, so that nothing is recorded of them and nothing
 * lost. Open, it asks the gateway every few seconds whether it is ready, which costs no request its fate; then one
 * request is tried, and the others follow when that one went well.
 */
@Injectable()
export class GatewayCircuit {
  private readonly breaker = circuitBreaker(
    handleWhenResult((verdict) => verdict === 'fails'),
    {
      breaker: new ConsecutiveBreaker(FAILURES),
      // The gateway's own word, and then one request.
      halfOpenSampling: { calls: 2, threshold: 0 },
      // Whenever it is asked: its own timing would trust a clock that people set.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
    },
  );
  private timer: NodeJS.Timeout | undefined;
  private isTrying = false;
  private isStopped = false;
  private failedTrials = 0;
  private admitted: () => void = () => undefined;

  constructor(
    @Inject(AGENT_GATEWAY) private readonly gateway: AgentGateway,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.breaker.onBreak(() => this.opened());
    this.breaker.onReset(() => this.closed());
  }

  get state(): 'closed' | 'open' | 'half-open' {
    const { state } = this.breaker;
    if (state === CircuitState.Closed) return 'closed';
    return state === CircuitState.HalfOpen ? 'half-open' : 'open';
  }

  /** Whether an execution may be begun now. */
  get admits(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half-open' && !this.isTrying);
  }

  /** Calls back when executions are admitted again; there is one listener. */
  onAdmitting(listener: () => void): void {
    this.admitted = listener;
  }

  /** Learns from an execution that was admitted; resolves when it has ended. */
  async watch(execution: Promise<ExecutionOutcome | null>): Promise<void> {
    const isTrial = this.state === 'half-open';
    this.isTrying ||= isTrial;
    try {
      const verdict = gatewayVerdict(await execution);
      // What was begun before it opened proves nothing of a gateway that came back.
      if (verdict && (isTrial || this.state === 'closed'))
        await this.breaker.execute(() => verdict);
    } finally {
      if (isTrial) this.isTrying = false;
    }
  }

  /** Asks the gateway nothing more. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private opened(): void {
    this.log.warn('the gateway fails: requests wait until it answers again');
    this.askIn(Math.min(FIRST_PAUSE * 2 ** this.failedTrials, LAST_PAUSE));
    this.failedTrials += 1;
  }

  private closed(): void {
    this.log.info('the gateway answers again');
    this.failedTrials = 0;
  }

  private askIn(pause: number): void {
    if (!this.isStopped) this.timer = setTimeout(() => void this.ask(), pause).unref();
  }

  private async ask(): Promise<void> {
    if (!(await this.gateway.ready())) return this.askIn(FIRST_PAUSE);
    if (this.isStopped) return;
    await this.breaker.execute(works);
    this.admitted();
  }
}
