import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { LOAD_TYPESCRIPT } from '../../test/support/load-typescript.js';

const started = z.object({ url: z.string(), key: z.string() });
const used = z.object({ cpu: z.number() });

/** A server in a process of its own. */
export interface BenchServer {
  readonly url: string;
  readonly key: string;
  /** Microseconds of processor time the process took so far. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one of the servers beside this file. */
export async function startServer(file: string): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, file), { execArgv: [...LOAD_TYPESCRIPT] });
  const next = async (): Promise<unknown> => ((await once(child, 'message')) as [unknown])[0];
  return {
    ...started.parse(await next()),
    async cpu() {
      const answer = next();
      child.send('cpu');
      return used.parse(await answer).cpu;
    },
    async stop() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
