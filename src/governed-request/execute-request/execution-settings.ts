/** How executions are bounded, in this process. */
export interface ExecutionSettings {
  /** Milliseconds the gateway may take for one request. */
  readonly deadline: number;
  /** Executions at the same time; more wait their turn. */
  readonly maxExecutions: number;
  /** Of those, with one agent. */
  readonly maxExecutionsPerAgent: number;
  /** Of those, for one requester. */
  readonly maxExecutionsPerRequester: number;
}
