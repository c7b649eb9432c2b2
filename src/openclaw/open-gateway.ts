import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Configuration } from '../runtime/configuration.js';
import type { AgentGateway } from './agent-gateway.js';
import { createGatewayClient, type GatewayClientOptions } from './gateway-client/gateway-client.js';
import { startManagedGateway } from './managed-gateway/managed-gateway.js';
import type { ProgressOutput } from './managed-gateway/progress-line.js';

/** The gateway the service drives. */
export interface OpenedGateway {
  readonly gateway: AgentGateway;
  /** What answers, for people: an address, and which model. */
  readonly description: string;
  /** Resolves when it takes calls; rejects when a managed one can never be started. */
  ready(): Promise<void>;
  /** Ends calls under way, and the gateway itself if it is a managed one. */
  close(): Promise<void>;
}

/** Connects to the gateway that is configured, or starts a managed one behind `ready()`. */
export async function openGateway(
  configuration: Configuration,
  log: Logger,
  progress?: ProgressOutput,
): Promise<OpenedGateway> {
  const { gateway: given, maxExecutions } = configuration;
  if (given) return connected({ ...given, maxConnections: maxExecutions });
  return managed(configuration, log, progress);
}

function connected(options: GatewayClientOptions): OpenedGateway {
  const gateway = createGatewayClient(options);
  return {
    gateway,
    description: `the gateway at ${options.url}`,
    ready: () => Promise.resolve(),
    close: () => gateway.close(),
  };
}

async function managed(
  { dataDir, model, openAiApiKey, maxExecutions }: Configuration,
  log: Logger,
  progress?: ProgressOutput,
): Promise<OpenedGateway> {
  const child = await startManagedGateway({
    directory: join(dataDir, 'openclaw'),
    model,
    openAiApiKey: openAiApiKey ?? undefined,
    onExit: (exit) => log.error(exit, 'the OpenClaw gateway ended by itself; it is started again'),
    progress,
  });
  const { url, token } = child;
  const gateway = createGatewayClient({ url, token, maxConnections: maxExecutions });
  const answering = openAiApiKey
    ? `model ${model}`
    : 'the rehearsal model, as no OPENAI_API_KEY is set';
  return {
    gateway,
    description: `OpenClaw at ${child.url} with ${answering}`,
    ready: () => child.ready(),
    async close() {
      await gateway.close();
      await child.stop();
    },
  };
}
