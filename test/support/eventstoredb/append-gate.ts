/** An append that has arrived whole and is not carried out yet. */
export interface ArrivedAppend {
  /** Whether its caller has gone: the server writes nothing for him then. */
  isAbandoned(): boolean;
  carryOut(): void;
}

/** Lets appends through one after the other; while it is closed, they wait. */
export class AppendGate {
  readonly #waiting: ArrivedAppend[] = [];
  #isClosed = false;

  /** How many appends wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  enter(append: ArrivedAppend): void {
    if (this.#isClosed) this.#waiting.push(append);
    else append.carryOut();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Lets everybody through who still waits, in order of arrival. */
  open(): void {
    this.#isClosed = false;
    while (!this.#isClosed) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (!next.isAbandoned()) next.carryOut();
    }
  }

  /** Carries out the first `count` that wait, `behindEach` of them what it leaves open, forgets the others, and stands open. */
  settle(count: number, behindEach: () => void): void {
    const waiting = this.#waiting.splice(0).filter((append) => !append.isAbandoned());
    for (const append of waiting.slice(0, count)) {
      append.carryOut();
      behindEach();
    }
    this.#isClosed = false;
  }
}
