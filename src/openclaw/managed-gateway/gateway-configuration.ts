import { writeFile } from 'node:fs/promises';
import { REHEARSAL_MODEL_ID } from '../rehearsal-model/rehearsal-model.js';
import type { GatewayFolder } from './gateway-folder.js';

/** Who answers: a model of OpenAI (`openai/<model>`), or the rehearsal model at this address. */
export type GatewayModel =
  | { readonly kind: 'openai'; readonly name: string; readonly apiKey: string }
  | { readonly kind: 'rehearsal'; readonly url: string };

/** OpenClaw's configuration: loopback only, no tool that reaches the host, no user interface, nothing that calls home. */
export function gatewayConfiguration(folder: GatewayFolder, port: number, model: GatewayModel) {
  return {
    gateway: {
      mode: 'local',
      port,
      bind: 'loopback',
      // OpenClaw fills this in from its environment: the token is never on disk.
      auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}' },
      controlUi: { enabled: false },
      terminal: { enabled: false },
      http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: false } } },
    },
    agents: {
      defaults: {
        workspace: folder.workspace,
        skipBootstrap: true,
        timeoutSeconds: 120,
        heartbeat: { every: '0m' },
        model: { primary: `${model.kind}/${modelId(model)}` },
      },
    },
    models: {
      mode: 'replace',
      catalogRefresh: { enabled: false },
      providers: { [model.kind]: provider(model) },
    },
    plugins: { allow: ['openai'] },
    tools: {
      toolSearch: false,
      // Never `exec`: a command would inherit the gateway's token.
      allow: ['session_status', 'sessions_list'],
      fs: { workspaceOnly: true },
    },
    memory: { search: { enabled: false } },
    browser: { enabled: false },
    cron: { enabled: false },
    update: { checkOnStart: false },
    // From `info` on, OpenClaw logs every answer in full.
    logging: { file: folder.log, level: 'warn', consoleLevel: 'warn' },
  };
}

/** Writes the configuration, readable by this user only. */
export async function writeGatewayConfiguration(
  folder: GatewayFolder,
  port: number,
  model: GatewayModel,
): Promise<void> {
  const text = JSON.stringify(gatewayConfiguration(folder, port, model), null, 2);
  await writeFile(folder.configuration, `${text}\n`, { mode: 0o600 });
}

function modelId(model: GatewayModel): string {
  return model.kind === 'openai' ? model.name.replace(/^openai\//u, '') : REHEARSAL_MODEL_ID;
}

/**
 * Everything about the provider is said here: left to itself, OpenClaw knows no `gpt-4.1-mini`, and runs `openai/…` models in a
 * Codex plugin that it installs from the network when it starts.
 */
function provider(model: GatewayModel) {
  const id = modelId(model);
  const common = { api: 'openai-completions', agentRuntime: { id: 'openclaw' } };
  if (model.kind === 'openai') {
    return {
      ...common,
      baseUrl: 'https://api.openai.com/v1',
      // Filled in from the environment, like the token.
      apiKey: '${OPENAI_API_KEY}',
      models: [{ id, name: id, contextWindow: 128_000, maxTokens: 16_384 }],
    };
  }
  return {
    ...common,
    baseUrl: model.url,
    apiKey: 'none',
    timeoutSeconds: 20,
    models: [{ id, name: 'Rehearsal', contextWindow: 200_000, maxTokens: 8_192 }],
  };
}
