import { AgentGatewayError } from '../agent-gateway.errors.js';

/** What the gateway takes as an agent id. */
const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
/** Printable ASCII without surrounding spaces: what a header carries unchanged. */
const HEADER_SAFE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
const NAMES_AN_AGENT = /^agent:/i;

/**
 * The session key with its agent, `agent:<agent>:<key>`. The gateway runs the agent that the session key names and, for
 * a bare key, its default one, whatever the rest of the call says: so a bare key gets its agent, and a key that already
 * names an agent must name this one.
 */
export function agentSession(agent: string, sessionKey: string): string {
  if (!AGENT_ID.test(agent)) {
    throw new AgentGatewayError('agent-unknown', 'failed', 'The agent id is not a valid one.');
  }
  if (!HEADER_SAFE.test(sessionKey)) {
    throw invalid('The session key must be printable ASCII without surrounding spaces.');
  }
  const prefix = `agent:${agent}:`;
  if (!NAMES_AN_AGENT.test(sessionKey)) return prefix + sessionKey;
  if (!sessionKey.toLowerCase().startsWith(prefix.toLowerCase())) {
    throw invalid(`The session key does not belong to agent ${agent}.`);
  }
  return sessionKey;
}

const invalid = (message: string) => new AgentGatewayError('call-invalid', 'failed', message);
