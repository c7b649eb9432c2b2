import type { Random } from './random.js';
import type { SimulatedProcess } from './simulated-process.js';

/** Something that is going to happen, all at once: whatever it sets going runs until it waits for the next such thing. */
export interface Step {
  /** What happens, for people; null: not worth telling. */
  readonly label: (() => string) | null;
  /** Whose step it is; it vanishes when that process dies, and waits while that process stands still. */
  readonly process: SimulatedProcess | null;
  /** On its way outside of the process: nothing holds it up. */
  readonly isOutside?: boolean | undefined;
  /** Outside already when the process dies, so that it happens all the same. */
  readonly outlives?: boolean | undefined;
  act(): void;
}

/** A step that may be called off. */
export interface Scheduled {
  cancel(): void;
}

interface Entry {
  readonly due: number;
  readonly tie: number;
  readonly step: Step;
  isCancelled: boolean;
}

/** Everything that is going to happen, in virtual time; what is due at the same time comes in an order the seed decides. */
export class Schedule {
  readonly #heap: Entry[] = [];
  #now = 0;

  constructor(private readonly random: Random) {}

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Has the step happen after so many milliseconds. */
  after(delay: number, step: Step): Scheduled {
    return this.#add(this.#now + Math.max(0, delay), step);
  }

  /** Moves the time on to the next step and takes it; null when there is none before `end`. */
  next(end: number): Step | null {
    for (;;) {
      const entry = this.#heap[0];
      if (!entry || entry.due > end) return null;
      this.#removeFirst();
      const { step, due, isCancelled } = entry;
      if (isCancelled || (step.process?.isDead && !step.outlives)) continue;
      this.#now = Math.max(this.#now, due);
      const resumes = step.isOutside ? 0 : (step.process?.pausedUntil ?? 0);
      if (resumes <= this.#now) return step;
      this.#add(resumes, step, entry);
    }
  }

  /** Moves the time on where nothing happens before. */
  passTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  #add(due: number, step: Step, earlier?: Entry): Scheduled {
    const entry = earlier ?? { due, tie: 0, step, isCancelled: false };
    const placed = Object.assign(entry, { due, tie: this.random.fraction() });
    this.#heap.push(placed);
    this.#rise(this.#heap.length - 1);
    return { cancel: () => void (placed.isCancelled = true) };
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(at: number): void {
    for (let child = at; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(at: number): void {
    for (let parent = at; ;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let first = parent;
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left;
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right;
      if (first === parent) return;
      this.#swap(parent, first);
      parent = first;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!];
    return a.due < b.due || (a.due === b.due && a.tie < b.tie);
  }

  #swap(one: number, other: number): void {
    [this.#heap[one], this.#heap[other]] = [this.#heap[other]!, this.#heap[one]!];
  }
}
