import { setTimeout as sleep } from 'node:timers/promises';
import type { DocketProcess } from '../stage/docket-process.js';
import { isTimed, WATCHED, type Moment } from './moments.js';
import { WriteKiller } from './write-killer.js';

export interface Strike {
  readonly moment: Moment;
  /** It strikes when the moment has come so many times. */
  readonly times: number;
  /** Milliseconds from there on. */
  readonly delay: number;
  /** Milliseconds to wait for the moment; then it strikes all the same. */
  readonly patience: number;
}

/** Kills a process at a moment of its life. */
export class KillSwitch {
  readonly #writes = new WriteKiller();
  #armed: { moment: Moment; left: number; pull: () => void } | undefined;

  constructor(private readonly directory: string) {}

  /** Told of whatever happens to the process, as soon as it happens. */
  reached(moment: Moment): void {
    const armed = this.#armed;
    if (armed?.moment === moment && (armed.left -= 1) === 0) armed.pull();
  }

  /** Resolves to the moment at which the process was killed, or to null when it ended by itself. */
  async strike(docket: DocketProcess, strike: Strike): Promise<Moment | null> {
    const { moment, times, delay, patience } = strike;
    let struck: Moment | null = null;
    const kill = (at: Moment) => {
      struck ??= at;
      docket.kill();
    };
    const pull = () => (delay === 0 ? kill(moment) : void sleep(delay).then(() => kill(moment)));
    this.#armed = { moment, left: times, pull };
    this.#watch(docket, strike, () => (struck ??= moment));
    const timer = setTimeout(() => kill(isTimed(moment) ? moment : 'at-random'), patience);
    await docket.ended;
    clearTimeout(timer);
    this.#writes.disarm();
    this.#armed = undefined;
    return struck;
  }

  close(): Promise<void> {
    return this.#writes.close();
  }

  #watch({ pid }: DocketProcess, { moment, times }: Strike, onKill: () => void): void {
    const file = WATCHED[moment];
    if (file === undefined) return;
    this.#writes.arm({ directory: this.directory, file, changes: times, pid }, onKill);
  }
}
