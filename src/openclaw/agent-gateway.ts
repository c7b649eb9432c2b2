/** A message for an agent. */
export interface ChatCall {
  readonly kind: 'chat';
  readonly request: string;
  /** 0 to 2; absent: the agent's own default. */
  readonly temperature?: number | undefined;
}

/** One direct call of a tool, without a model. */
export interface ToolCall {
  readonly kind: 'tool';
  readonly tool: string;
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Everything that is sent to the gateway for one governed request. */
export type AgentCall = (ChatCall | ToolCall) & {
  /** OpenClaw's agent id, e.g. `main`. */
  readonly agent: string;
  /** Routes to one conversation, which the gateway runs strictly serially; an opaque lower-case id. */
  readonly sessionKey: string;
};

/** Token counts as the model provider reported them. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
}

/** What the agent answered. */
export interface AgentAnswer {
  /** The id OpenClaw's hooks, approvals and ledger carry; `null` for tool calls, which have none. */
  readonly runId: string | null;
  /** The agent's text, or the tool's text content. */
  readonly response: string;
  readonly usage: Usage | null;
}

/** The port to an agent gateway. Every adapter passes `agent-gateway.contract.ts`. */
export interface AgentGateway {
  /**
   * Runs the call once and resolves with its answer; throws `AgentGatewayError` otherwise, `deadline` milliseconds
   * after the call at the latest. Aborting `signal` cancels the run: its outcome is then unknown.
   */
  run(call: AgentCall, deadline: number, signal?: AbortSignal): Promise<AgentAnswer>;

  /** Resolves to the ids of the agents it has, `null` when it cannot be asked; never throws. */
  agents(): Promise<readonly string[] | null>;

  /** Resolves to `true` when the gateway says that it takes calls; never throws. */
  ready(): Promise<boolean>;

  /** Cancels what runs and frees every connection. */
  close(): Promise<void>;
}
