/** Tokens of what `app.module.ts` provides and is no class. */
export const EVENT_STORE = Symbol('EventStore');
export const EVENT_STORE_PROBE = Symbol('EventStoreProbe');
export const AGENT_GATEWAY = Symbol('AgentGateway');
export const POLICY = Symbol('Policy');
export const CLOCK = Symbol('Clock');
export const LOGGER = Symbol('Logger');
export const EXECUTION_SETTINGS = Symbol('ExecutionSettings');
export const STREAM_SETTINGS = Symbol('StreamSettings');
export const MAX_VIEW_LAG = Symbol('MaxViewLag');
