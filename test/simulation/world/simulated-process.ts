import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from './random.js';
import type { Schedule, Scheduled } from './schedule.js';

/** The calendar's time at which every simulation begins. */
export const BEGINNING = Date.parse('2026-11-22T12:00:00.000Z');

const running = new AsyncLocalStorage<SimulatedProcess>();

/** The process whose code runs at this moment, behind whatever it awaited; undefined outside of every simulation. */
export const runningProcess = (): SimulatedProcess | undefined => running.getStore();

export interface ProcessOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly random: Random;
  /** Milliseconds by which its clock is ahead of the true time. */
  readonly skew: number;
  /** How late its timers may fire, in milliseconds. */
  readonly lateness: number;
}

/** One operating system process: it can stand still for a while, and stop for ever between any two awaits. */
export class SimulatedProcess {
  readonly name: string;
  readonly random: Random;
  readonly schedule: Schedule;
  #pausedUntil = 0;
  #isDead = false;
  readonly #onDeath: (() => void)[] = [];

  constructor(private readonly options: ProcessOptions) {
    this.name = options.name;
    this.random = options.random;
    this.schedule = options.schedule;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** Stands still for so many milliseconds; what is on its way to it waits. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.schedule.now + milliseconds);
  }

  /** Stops for ever: nothing it waits for comes any more. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const notice of this.#onDeath) notice();
  }

  /** Has somebody outside of the process notice its death. */
  onDeath(notice: () => void): void {
    this.#onDeath.push(notice);
  }

  /** Runs code as this process. */
  run<T>(code: () => T): T {
    return running.run(this, code);
  }

  /** Milliseconds since 1970, as this process's clock shows them. */
  time(): number {
    return BEGINNING + this.schedule.now + this.options.skew;
  }

  /** A timer of this process: never early, and late by as much as the seed says. */
  timer(delay: number, act: () => void): Scheduled {
    const late = this.options.lateness > 0 ? this.random.fraction() * this.options.lateness : 0;
    return this.schedule.after(Math.max(1, delay) + late, {
      label: delay >= 1_000 ? () => `${this.name}: a timer of ${delay} ms ends` : null,
      process: this,
      act: () => this.run(act),
    });
  }

  /** The next turn of its event loop. */
  turn(act: () => void): Scheduled {
    return this.schedule.after(0, { label: null, process: this, act: () => this.run(act) });
  }
}
