import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { makeDataFolder } from '../../support/docket/data-folder.js';
import { STUB_TOKEN } from '../../support/openclaw-stub.js';
import { openEventLog, type EventLog } from './event-log.js';
import { startRecordingGateway, type RecordingGateway } from './recording-gateway.js';
import { createReplica, type Replica } from './replica.js';
import { writeReplicaPolicy } from './replica-policy.js';

type Settings = Readonly<Record<string, string>>;

/** Several processes over one log and one gateway, each with views of its own. */
export interface Replicas {
  readonly all: readonly Replica[];
  /** Starts the first so many of them, all by default, which do not run yet. */
  start(count?: number): Promise<void>;
  readonly log: EventLog;
  readonly gateway: RecordingGateway;
  /** Name of the policy they share, which nobody else has: it tells their requests from others in the log. */
  readonly policy: string;
  /** Ends whatever runs and removes every file; once closed, nothing happens. */
  close(): Promise<void>;
}

/** Makes as many replicas, none of them started; `settingsOf` may give each what it alone has. */
export async function prepareReplicas(
  program: BuiltProgram,
  count: number,
  settingsOf: (index: number) => Settings = () => ({}),
): Promise<Replicas> {
  const [folder, log, gateway] = await Promise.all([
    makeDataFolder(),
    openEventLog(),
    startRecordingGateway(),
  ]);
  const policy = await writeReplicaPolicy(folder.path);
  const shared = {
    DOCKET_PORT: '0',
    DOCKET_EVENT_STORE: log.connectionString,
    DOCKET_KEYS_FILE: folder.keysFile,
    DOCKET_POLICY_DIR: policy.folder,
    DOCKET_LOG_LEVEL: 'warn',
    OPENCLAW_URL: gateway.url,
    OPENCLAW_TOKEN: STUB_TOKEN,
  };
  const all: Replica[] = [];
  const start = async (first = count) => {
    await Promise.all(all.slice(0, first).map((replica) => replica.start()));
  };
  let closed: Promise<void> | undefined;
  const close = async () => {
    await Promise.all(all.map((replica) => replica.kill()));
    await Promise.all([gateway.close(), log.close(), folder.remove()]);
  };
  try {
    for (let index = 0; index < count; index += 1) {
      const name = `replica-${index + 1}`;
      const data = join(folder.path, name);
      await mkdir(data);
      const settings = { ...shared, DOCKET_DATA_DIR: data, ...settingsOf(index) };
      all.push(createReplica({ name, program, keys: folder.keys, settings }));
    }
    return { all, start, log, gateway, policy: policy.name, close: () => (closed ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}
