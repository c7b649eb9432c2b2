import type { AgentCall } from '../../openclaw/agent-gateway.js';
import { contentDigest } from '../content-digest.js';
import type { GovernedRequest } from '../governed-request.js';

/** A request whose one execution was opened. */
export type Executing = Extract<GovernedRequest, { readonly status: 'executing' }>;

/** What goes to the gateway. */
export const agentCall = ({ content, agent, sessionKey }: Executing): AgentCall => ({
  ...content,
  agent,
  sessionKey,
});

/**
 * Whether this call is exactly what was allowed, by the digest of the call itself: also where somebody changed the
 * content in the store, or the service made something else of it.
 */
export function isAllowed(call: AgentCall, { classification, execution }: Executing): boolean {
  const { agent, sessionKey, ...content } = call;
  const policyDigest = classification.policy.digest;
  return contentDigest({ content, agent, sessionKey, policyDigest }) === execution.contentDigest;
}
