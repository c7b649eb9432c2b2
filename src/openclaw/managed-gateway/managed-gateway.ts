import { randomBytes } from 'node:crypto';
import { startRehearsalModel } from '../rehearsal-model/rehearsal-model.js';
import { freePort } from './free-port.js';
import { writeGatewayConfiguration, type GatewayModel } from './gateway-configuration.js';
import { gatewayEnvironment } from './gateway-environment.js';
import { gatewayFolder } from './gateway-folder.js';
import { GatewaySupervisor, type GatewayState, type UnexpectedExit } from './gateway-supervisor.js';
import { installOpenClaw } from './install-openclaw.js';
import { endLeftBehindProcess } from './process-record.js';
import type { ProgressOutput } from './progress-line.js';

const TOKEN_BYTES = 32;
const LEFT_BEHIND_GRACE_MS = 5_000;

export interface ManagedGatewayOptions {
  /** Holds all that the gateway keeps on disk; of one service at a time. */
  readonly directory: string;
  /** The model to use with `openAiApiKey`, e.g. `openai/gpt-4.1-mini`. */
  readonly model: string;
  /** Absent: the rehearsal model answers. */
  readonly openAiApiKey?: string | undefined;
  /** Told when the gateway's process ended by itself; it is started again. */
  readonly onExit?: ((exit: UnexpectedExit) => void) | undefined;
  readonly progress?: ProgressOutput | undefined;
  /** The program of OpenClaw. Default: it is installed on first need. */
  readonly entry?: string | undefined;
}

/** A real OpenClaw gateway that belongs to this service. Address and token stay the same until it is stopped. */
export interface ManagedGateway {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Full power over the gateway; new at every start, and never on disk. */
  readonly token: string;
  readonly state: GatewayState;

  /**
   * Resolves when the gateway takes calls and is warm, also again after an unexpected exit; rejects with
   * `ManagedGatewayError` when it could not be installed or started, or was stopped.
   */
  ready(): Promise<void>;

  /** Ends the gateway's process and the rehearsal model; resolves when both are gone. */
  stop(): Promise<void>;
}

/**
 * Starts the real OpenClaw as a child of this process and returns at once; installing and starting go on behind `ready()`.
 * Throws `ManagedGatewayError` `directory-in-use` or `no-free-port`.
 */
export async function startManagedGateway(options: ManagedGatewayOptions): Promise<ManagedGateway> {
  const folder = await gatewayFolder(options.directory);
  await endLeftBehindProcess(folder.processRecord, LEFT_BEHIND_GRACE_MS);
  const port = await freePort();
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const { model, closeModel } = await openModel(options);

  const url = `http://127.0.0.1:${port}`;
  const supervisor = new GatewaySupervisor({
    url,
    token,
    folder,
    async prepare(signal) {
      await writeGatewayConfiguration(folder, port, model);
      return options.entry ?? (await installOpenClaw({ progress: options.progress, signal })).entry;
    },
    environment: gatewayEnvironment(folder, token, model, process.env),
    secrets: model.kind === 'openai' ? [token, model.apiKey] : [token],
    onExit: options.onExit,
    progress: options.progress,
  });
  supervisor.start();
  return {
    url,
    token,
    get state() {
      return supervisor.state;
    },
    ready: () => supervisor.ready(),
    async stop() {
      await supervisor.stop();
      await closeModel();
    },
  };
}

async function openModel({ model, openAiApiKey }: ManagedGatewayOptions): Promise<OpenModel> {
  if (openAiApiKey !== undefined && openAiApiKey !== '') {
    return {
      model: { kind: 'openai', name: model, apiKey: openAiApiKey },
      closeModel: async () => {},
    };
  }
  const rehearsal = await startRehearsalModel();
  return { model: { kind: 'rehearsal', url: rehearsal.url }, closeModel: () => rehearsal.stop() };
}

interface OpenModel {
  readonly model: GatewayModel;
  readonly closeModel: () => Promise<void>;
}
