import type { Logger } from 'pino';
import { startDocket } from '../../../src/docket.js';
import type { AgentGateway } from '../../../src/openclaw/agent-gateway.js';
import { createFakeGateway, type FakeGateway } from '../../../src/openclaw/fake/fake-gateway.js';
import type { Clock } from '../../../src/runtime/clock.js';
import { readConfiguration, type Configuration } from '../../../src/runtime/configuration.js';
import { createLogger } from '../../../src/runtime/logger.js';
import { makeDataFolder, type DataFolder } from './data-folder.js';
import { createHttpClient, type Call } from './http-client.js';
import { caller, type Caller } from './caller.js';

export interface TestDocketOptions<G extends AgentGateway = FakeGateway> {
  /** By default the fake one, which has the agent `main` and the tool `sessions_list`. */
  readonly gateway?: G;
  /** An existing data directory, which is kept; by default a new one, which is removed. */
  readonly folder?: DataFolder;
  readonly settings?: Partial<Configuration>;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** As a service has it; by default not, since a service of a test lives shortly. */
  readonly viewsOnThread?: boolean;
}

/** A whole service in this process: SQLite stores in a folder of its own, the default policy, a free port. */
export interface TestDocket<G extends AgentGateway = FakeGateway> extends Caller {
  readonly url: string;
  readonly folder: DataFolder;
  readonly gateway: G;
  readonly firstKeysFile: string | null;
  readonly call: Call;
  /** Ends the service as a signal does; its gateway stays open. */
  stop(): Promise<void>;
  /** Ends it and its gateway, and removes a folder that it made; once ended, nothing happens. */
  close(): Promise<void>;
}

export function startTestDocket(options?: TestDocketOptions): Promise<TestDocket>;
export function startTestDocket<G extends AgentGateway>(
  options: TestDocketOptions<G> & { readonly gateway: G },
): Promise<TestDocket<G>>;
export async function startTestDocket({
  gateway = createFakeGateway(),
  folder,
  settings,
  clock,
  log = createLogger('silent'),
  viewsOnThread = false,
}: TestDocketOptions<AgentGateway> = {}): Promise<TestDocket<AgentGateway>> {
  const home = folder ?? (await makeDataFolder());
  const configuration = { ...readConfiguration(environmentOf(home)), ...settings };
  const docket = await startDocket({ configuration, gateway, log, clock, viewsOnThread });
  const client = createHttpClient(docket.url, home.keys);
  let closed: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= docket.close());
  const close = async () => {
    await gateway.close();
    await stop();
    await client.close();
    if (!folder) await home.remove();
  };
  return {
    url: docket.url,
    firstKeysFile: docket.firstKeysFile,
    folder: home,
    gateway,
    call: client.call,
    ...caller(client.call),
    stop,
    close: () => (closed ??= close()),
  };
}

const environmentOf = ({ path, keysFile }: DataFolder): NodeJS.ProcessEnv => ({
  DOCKET_PORT: '0',
  DOCKET_DATA_DIR: path,
  DOCKET_KEYS_FILE: keysFile,
});
