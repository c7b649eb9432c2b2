import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const MAX_OUTPUT = 2_000;
const KILL_MILLISECONDS = 10_000;

/** The end of our own process ends these too. */
const running = new Set<ServerProcess>();

/** A server that a shell command line runs in the foreground, with everything it starts itself: one process group. */
export class ServerProcess {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  constructor(command: string) {
    // The shell outlives its command whatever it is sent but SIGKILL, so that its end is the end of the command.
    this.#shell = spawn('/bin/sh', ['-c', `trap : TERM INT HUP\n${command}\n`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Its output is closed when the last process that could write to it has ended.
    this.#ended = once(this.#shell, 'close').then(() => running.delete(this));
    running.add(this);
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT);
      });
    }
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  /** The last it said. */
  get output(): string {
    return this.#output.trim();
  }

  /** Sends a signal to the server and everything it started. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#shell;
    if (pid === undefined || !this.isRunning) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // It was gone a moment earlier.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  /** Resolves once it has ended; kills it if that takes longer than so many milliseconds. */
  async ended(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.signal('SIGKILL'), milliseconds);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const limit = setTimeout(
      () => reject(new Error('The server does not end, not even when it is killed.')),
      milliseconds + KILL_MILLISECONDS,
    );
    try {
      await Promise.race([this.#ended, late]);
    } finally {
      clearTimeout(timer);
      clearTimeout(limit);
    }
  }
}

/** Has every server killed when this process ends or is told to end. */
export function endServersWithThisProcess(): void {
  const killAll = () => {
    for (const server of running) server.signal('SIGKILL');
  };
  process.on('exit', killAll);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}
