import { readinessReport, type ReadinessReport } from '../../../src/http/readiness.js';
import { eventually } from '../../replicas/support/eventually.js';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { caller, type Caller } from '../../support/docket/caller.js';
import { createHttpClient, type Call } from '../../support/docket/http-client.js';
import type { Keys } from '../../support/docket/identities.js';
import { runProgram } from '../../support/docket/run-program.js';
import { STUB_TOKEN } from '../../support/openclaw-stub.js';

/** On a busy machine it takes its time. */
const START_WITHIN = 60_000;

/** Where a service keeps its files, and what it works with. */
export interface Home {
  readonly program: BuiltProgram;
  readonly directory: string;
  readonly keysFile: string;
  readonly keys: Keys;
  readonly gatewayUrl: string;
}

/** The program, serving in a process of its own. */
export interface Service extends Caller {
  readonly pid: number;
  readonly call: Call;
  readonly log: Caller['log'];
  /** What it printed on standard error so far. */
  readonly stderr: string;
  readiness(): Promise<ReadinessReport>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

export const settingsOf = (home: Home): Readonly<Record<string, string>> => ({
  DOCKET_PORT: '0',
  DOCKET_DATA_DIR: home.directory,
  DOCKET_KEYS_FILE: home.keysFile,
  OPENCLAW_URL: home.gatewayUrl,
  OPENCLAW_TOKEN: STUB_TOKEN,
});

/** Starts the service; resolves once it listens. */
export async function serve(home: Home): Promise<Service> {
  const running = runProgram(home.program, ['serve'], settingsOf(home));
  const url = await eventually('a service listens', START_WITHIN, () => {
    if (running.process.exitCode !== null) throw new Error(`It ended: ${running.stderr}`);
    return /^Docket listens at (\S+) /m.exec(running.stdout)?.[1];
  });
  const client = createHttpClient(url, home.keys);
  return {
    ...caller(client.call),
    pid: running.process.pid ?? 0,
    call: client.call,
    get stderr() {
      return running.stderr;
    },
    async readiness() {
      return readinessReport.parse((await client.call(null, 'GET', '/readyz')).json());
    },
    async kill() {
      running.process.kill('SIGKILL');
      await running.ended();
      await client.close();
    },
  };
}
