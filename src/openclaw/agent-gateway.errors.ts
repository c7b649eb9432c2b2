/** Why the gateway gave no answer. */
export type AgentGatewayErrorCode =
  | 'gateway-unreachable'
  | 'gateway-unauthorized'
  | 'gateway-rate-limited'
  | 'gateway-unavailable'
  | 'gateway-timeout'
  | 'gateway-disconnected'
  | 'gateway-malformed-answer'
  | 'gateway-oversized-answer'
  | 'gateway-error'
  | 'agent-unknown'
  | 'call-invalid'
  | 'call-too-large'
  | 'tool-unknown'
  | 'tool-blocked'
  | 'tool-failed'
  | 'model-unauthorized';

/** A call that brought no answer. */
export class AgentGatewayError extends Error {
  override readonly name = 'AgentGatewayError';

  constructor(
    readonly code: AgentGatewayErrorCode,
    /** `failed`: it certainly did not run. `unknown`: it may have run, wholly or in part. */
    readonly outcome: 'failed' | 'unknown',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
