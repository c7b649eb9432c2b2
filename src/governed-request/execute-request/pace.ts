/** Ends that the pace is taken from. */
const REMEMBERED = 32;

/** How fast executions end while others wait for their turn, taken from the last ones. */
export class Pace {
  private ends: number[] = [];

  /** One ended, at a time in milliseconds; `isAwaited` says whether others wait for their turn. */
  ended(now: number, isAwaited: boolean): void {
    if (!isAwaited) this.ends = [];
    else if (this.ends.push(now) > REMEMBERED) this.ends.shift();
  }

  /** Milliseconds in which so many will end, as far as the last ones tell; `null` when none tells. */
  timeFor(count: number, now: number): number | null {
    const [first] = this.ends;
    return first === undefined ? null : (count * (now - first)) / this.ends.length;
  }
}
