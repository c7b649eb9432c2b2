import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeKeyFile, type Keys } from '../../support/docket/identities.js';
import { STUB_TOKEN } from '../../support/openclaw-stub.js';
import { KillSwitch } from '../kill/kill-switch.js';
import { Client } from '../load/client.js';
import type { Notes } from '../load/notes.js';
import { ServiceAddress } from '../load/service-address.js';
import type { Random } from '../random.js';
import type { GatewayCall, Life } from '../records.js';
import type { CrashProgram } from './crash-program.js';
import { writeCrashPolicy } from './crash-policy.js';
import { startDocketProcess, type DocketProcess } from './docket-process.js';
import { keep, removeWithUs } from './leave-nothing.js';
import { startRecordingGateway } from './recording-gateway.js';
import { ServiceClock } from './service-clock.js';
import type { StoreServer } from './store-server.js';

/** Seconds an execution may take: calls that hang come to an end within a test. */
const EXECUTION_DEADLINE = 2;

export interface StageOptions {
  readonly program: CrashProgram;
  readonly random: Random;
  /** Null for the event log in the data directory. */
  readonly server: StoreServer | null;
}

/** One data directory, and everything around the processes that are started on it one after the other. */
export interface Stage {
  readonly directory: string;
  readonly keys: Keys;
  readonly server: StoreServer | null;
  readonly clock: ServiceClock;
  readonly address: ServiceAddress;
  readonly client: Client;
  readonly notes: Notes;
  readonly killSwitch: KillSwitch;
  readonly calls: readonly GatewayCall[];
  readonly lives: Life[];
  /** The round that is on; set by who plays it. */
  round: number;
  /** Whether mostly large requests are made; set by who plays it. */
  writesMuch: boolean;
  startDocket(): DocketProcess;
  /** Ends everything but the service; the data directory stays if something is to be found in it. */
  close(keepDirectory: boolean): Promise<void>;
}

export async function setStage({ program, random, server }: StageOptions): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'docket-crash-'));
  removeWithUs(directory);
  const keys = writeKeyFile(join(directory, 'keys.json'));
  const policy = writeCrashPolicy(directory);
  const clock = new ServiceClock();
  const killSwitch = new KillSwitch(directory);
  const round = () => stage.round;
  const now = () => clock.now();
  const reached = killSwitch.reached.bind(killSwitch);
  const gateway = await startRecordingGateway({ random, now, round, reached });
  const address = new ServiceAddress();
  const notes: Notes = { exchanges: [], seen: [], round, now, reached };
  const settings = {
    DOCKET_PORT: '0',
    DOCKET_DATA_DIR: directory,
    DOCKET_POLICY_DIR: policy,
    DOCKET_EVENT_STORE: server?.connectionString ?? 'sqlite',
    DOCKET_EXECUTION_DEADLINE: String(EXECUTION_DEADLINE),
    DOCKET_LOG_LEVEL: 'error',
    OPENCLAW_URL: gateway.url,
    OPENCLAW_TOKEN: STUB_TOKEN,
    ...program.settings,
  };
  const stage: Stage = {
    directory,
    keys,
    server,
    clock,
    address,
    client: new Client(address, keys, notes),
    notes,
    killSwitch,
    calls: gateway.calls,
    lives: [],
    round: 0,
    writesMuch: false,
    startDocket: () => startDocketProcess(program, { ...settings, ...clock.settings }),
    async close(keepDirectory) {
      await Promise.all([address.close(), gateway.close(), killSwitch.close(), server?.close()]);
      if (!keepDirectory) await rm(directory, { recursive: true, force: true });
      keep(directory);
    },
  };
  return stage;
}
