/** How executions are bounded. */
export interface ExecutionSettings {
  /** Milliseconds the gateway may take for one request. */
  readonly deadline: number;
  /** Executions at the same time in this process; more wait their turn. */
  readonly maxExecutions: number;
}
