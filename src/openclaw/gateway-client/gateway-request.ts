import type { AgentCall, ChatCall, ToolCall } from '../agent-gateway.js';
import { GOVERNANCE_SYSTEM_PROMPT } from '../system-prompt.js';
import { agentSession } from './agent-session.js';

/** One HTTP request to the gateway. */
export interface GatewayRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export const READINESS: GatewayRequest = {
  method: 'GET',
  path: '/readyz',
  headers: { accept: 'application/json' },
  body: null,
};

/** Asks which agents there are. */
export const modelsRequest = (token: string): GatewayRequest => ({
  method: 'GET',
  path: '/v1/models',
  headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  body: null,
});

/** The request that carries out `call`; throws `AgentGatewayError` for a call that cannot be sent. */
export function gatewayRequest(call: AgentCall, token: string): GatewayRequest {
  const session = agentSession(call.agent, call.sessionKey);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return call.kind === 'chat'
    ? {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { ...headers, 'x-openclaw-session-key': session },
        body: JSON.stringify(chatBody(call, call.agent)),
      }
    : {
        method: 'POST',
        path: '/tools/invoke',
        headers,
        body: JSON.stringify(toolBody(call, call.agent, session)),
      };
}

/** The agent stands behind a colon: behind a slash, `default` would be an alias that hides which agent runs. */
const chatBody = ({ request, temperature }: ChatCall, agent: string) => ({
  model: `openclaw:${agent}`,
  messages: [
    { role: 'system', content: GOVERNANCE_SYSTEM_PROMPT },
    { role: 'user', content: request },
  ],
  ...(temperature === undefined ? {} : { temperature }),
  stream: false,
});

/** `agentId` makes the gateway turn down an agent it does not have. */
const toolBody = ({ tool, action, args }: ToolCall, agent: string, session: string) => ({
  tool,
  action,
  args,
  agentId: agent,
  sessionKey: session,
});
