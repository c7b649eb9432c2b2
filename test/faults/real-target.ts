import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../src/event-store/event-store.js';
import { Wire } from '../support/eventstoredb/wire.js';
import { actOut, Turns, type Acts } from './act-out.js';
import type { FaultTarget } from './fault-target.js';
import { readRecords } from './read-records.js';
import type { Fault } from './schedule.js';
import { listensWithin, type ServerAddress } from './server-address.js';
import { ServerProcess } from './server-process.js';

/** A server that loads its log may take a while. */
const START_MILLISECONDS = 60_000;
/** A graceful stop takes some seconds; one that takes longer than this becomes a kill. */
const STOP_MILLISECONDS = 30_000;
const MILLISECONDS_LATE = 40;

/** A server process with the network before it, shared by the schedules of a run. */
export class RealTarget implements FaultTarget {
  #server: ServerProcess | undefined;
  readonly #turns = new Turns();
  readonly #processActs: Acts = {
    kill: ({ milliseconds }) => this.#restart('SIGKILL', milliseconds),
    stop: ({ milliseconds }) => this.#restart('SIGTERM', milliseconds),
    pause: ({ milliseconds }) => this.#pause(milliseconds),
  };
  readonly #wireActs: Acts = {
    silence: async ({ milliseconds }) => {
      this.wire.silence();
      await sleep(milliseconds);
      this.wire.speak();
    },
    'slow-wire': async ({ milliseconds }) => {
      this.wire.slowDown(MILLISECONDS_LATE);
      await sleep(milliseconds);
      this.wire.slowDown(0);
    },
    cut: () => this.wire.cut(),
  };

  private constructor(
    private readonly command: string,
    private readonly address: ServerAddress,
    private readonly wire: Wire,
  ) {}

  /** Starts the server; rejects with what it said when it does not come up. */
  static async start(command: string, address: ServerAddress): Promise<RealTarget> {
    const target = new RealTarget(command, address, await Wire.inFrontOf(address.port));
    try {
      await target.#start();
    } catch (error) {
      await target.end();
      throw error;
    }
    return target;
  }

  get connectionString(): string {
    return this.address.through(this.wire.port);
  }

  inflict(fault: Fault): Promise<void> {
    if (fault.kind in this.#processActs) {
      return this.#turns.take(() => actOut(this.#processActs, fault));
    }
    return actOut(this.#wireActs, fault);
  }

  async heal(): Promise<void> {
    this.wire.speak();
    this.wire.slowDown(0);
  }

  records(streamPrefix: string): Promise<readonly StoredEvent[]> {
    return readRecords(this.address.through(this.address.port), streamPrefix);
  }

  /** The next schedule finds the server as this one left it. */
  close(): Promise<void> {
    return this.heal();
  }

  /** Ends the server. */
  async end(): Promise<void> {
    await this.wire.down();
    this.#server?.signal('SIGKILL');
    await this.#server?.ended(STOP_MILLISECONDS);
  }

  async #restart(signal: 'SIGKILL' | 'SIGTERM', downMilliseconds: number): Promise<void> {
    this.#server?.signal(signal);
    await this.#server?.ended(STOP_MILLISECONDS);
    // Nobody listens at the port of a server that is down; the wire in front of it must not either.
    await this.wire.down();
    await sleep(downMilliseconds);
    await this.#start();
    await this.wire.up();
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#server?.signal('SIGSTOP');
    await sleep(milliseconds);
    this.#server?.signal('SIGCONT');
  }

  async #start(): Promise<void> {
    const server = new ServerProcess(this.command);
    this.#server = server;
    const { port } = this.address;
    if (await listensWithin(port, START_MILLISECONDS, () => !server.isRunning)) return;
    const said = server.output === '' ? 'It said nothing.' : `It said:\n${server.output}`;
    throw new Error(`The server does not listen at port ${port}. ${said}`);
  }
}
