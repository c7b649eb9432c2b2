import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { buildProgram } from '../../test/support/docket/build-program.js';
import { removeAtExit } from '../temporary-folder.js';
import { opened, reply, usage, type Reply, type Usage } from './messages.js';
import type { Order } from './serve-docket.js';

/** How a service is started. */
export interface Opening {
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds that its gateway takes to answer: evenly spread between the two. */
  readonly latency: readonly [number, number];
}

/** A process of its own that runs one Docket at a time. */
export interface DocketProcess {
  /** Resolves to the URL of a service that listens. */
  open(opening: Opening): Promise<string>;
  /** Ends the service; the process stays, with its code compiled. */
  close(): Promise<void>;
  /** What the process has used so far; `collect`: after a garbage collection. */
  usage(collect?: boolean): Promise<Usage>;
  stop(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Builds Docket and starts the process, without a service yet. */
export async function startDocketProcess(): Promise<DocketProcess> {
  const { main } = await buildProgram();
  const dist = dirname(main);
  removeAtExit(dirname(dist));
  const child = fork(join(import.meta.dirname, 'serve-docket.ts'), [dist], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  });
  const waiting: Waiting[] = [];
  child.on('message', (message) => settle(waiting.shift(), reply.parse(message)));
  child.on('exit', (code, signal) => {
    const why = new Error(`The process of Docket ended (${code ?? signal}).`);
    for (const order of waiting.splice(0)) order.reject(why);
  });
  const ask = (asked: Order) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.send(asked);
    });
  return {
    open: async ({ settings, latency }) =>
      opened.parse(await ask({ do: 'open', settings, latency: [...latency] })).url,
    close: async () => void (await ask({ do: 'close' })),
    usage: async (collect = false) => usage.parse(await ask({ do: 'usage', collect })),
    async stop() {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

function settle(to: Waiting | undefined, came: Reply): void {
  if ('error' in came) to?.reject(new Error(came.error));
  else to?.resolve(came.answer);
}
