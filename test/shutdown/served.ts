import { createHttpClient, type Call } from '../support/docket/http-client.js';
import { listening } from '../support/docket/listening.js';
import type { BuiltProgram } from '../support/docket/build-program.js';
import type { DataFolder } from '../support/docket/data-folder.js';
import { runProgram, type RunningProgram } from '../support/docket/run-program.js';

/** A service in a process of its own. */
export interface Served {
  readonly url: string;
  readonly call: Call;
  readonly running: RunningProgram;
  /** Sends the signal; resolves to the exit code, or to the signal that ended it. */
  readonly signal: (name: NodeJS.Signals) => Promise<number | string>;
  /** Ends it, if it has not ended. */
  remove(): Promise<void>;
}

/** Starts the program on a data directory that may have been used before; resolves when it listens. */
export async function serve(
  program: BuiltProgram,
  { path, keysFile, keys }: DataFolder,
  settings: Readonly<Record<string, string>>,
): Promise<Served> {
  const running = runProgram(program, ['serve'], {
    DOCKET_PORT: '0',
    DOCKET_DATA_DIR: path,
    DOCKET_KEYS_FILE: keysFile,
    ...settings,
  });
  const url = await listening(running);
  const client = createHttpClient(url, keys);
  return {
    url,
    running,
    call: client.call,
    signal(name) {
      running.process.kill(name);
      return running.ended();
    },
    async remove() {
      running.process.kill('SIGKILL');
      await running.ended();
      await client.close();
    },
  };
}
