import type { AgentGatewayErrorCode } from '../../openclaw/agent-gateway.errors.js';
import type { ExecutionOutcome } from './finish-execution.js';

/** What an execution tells of the gateway: that it works, or that the next call would fare no better. */
export type GatewayVerdict = 'works' | 'fails';

/** A gateway that turns one request down for its content works; one that has no words for any does not. */
const VERDICTS: Readonly<Record<AgentGatewayErrorCode, GatewayVerdict>> = {
  'gateway-unreachable': 'fails',
  'gateway-unauthorized': 'fails',
  'gateway-rate-limited': 'fails',
  'gateway-unavailable': 'fails',
  'gateway-timeout': 'fails',
  'gateway-disconnected': 'fails',
  'gateway-malformed-answer': 'fails',
  'gateway-error': 'fails',
  'model-unauthorized': 'fails',
  'gateway-oversized-answer': 'works',
  'agent-unknown': 'works',
  'call-invalid': 'works',
  'call-too-large': 'works',
  'tool-unknown': 'works',
  'tool-blocked': 'works',
  'tool-failed': 'works',
};

const verdicts: ReadonlyMap<string, GatewayVerdict> = new Map(Object.entries(VERDICTS));

/** What came of an execution, as a verdict; `null` when it tells nothing, as the gateway was not called. */
export function gatewayVerdict(outcome: ExecutionOutcome | null): GatewayVerdict | null {
  if (outcome === null) return null;
  return outcome.kind === 'answered' ? 'works' : (verdicts.get(outcome.code) ?? null);
}
