import type { Tried } from './fuzzing.js';

/** More than are under way at a time, so that what held up the others is among them. */
const SLOWEST = 40;

/** What is remembered of a run. */
export interface Tally {
  readonly sent: number;
  readonly byStatus: ReadonlyMap<string, number>;
  /** The slowest first. */
  readonly slowest: readonly Tried[];
  /** Routes that said yes to somebody. */
  readonly succeeded: ReadonlySet<string>;
}

/** Counts what came of requests. */
export class Counting implements Tally {
  sent = 0;
  readonly byStatus = new Map<string, number>();
  readonly succeeded = new Set<string>();
  slowest: readonly Tried[] = [];

  add(tried: Tried): void {
    const { planned, exchange } = tried;
    const { answers, took, cut } = exchange;
    this.sent += 1;
    for (const { status } of answers) this.count(String(status));
    if (answers.length === 0) this.count(cut ? 'we hung up' : 'closed without an answer');
    if (planned.route && answers.some(({ status }) => status < 300)) {
      this.succeeded.add(planned.route);
    }
    if (took > (this.slowest[SLOWEST - 1]?.exchange.took ?? 0)) this.addSlow(tried);
  }

  private addSlow(tried: Tried): void {
    this.slowest = [...this.slowest, tried]
      .toSorted((a, b) => b.exchange.took - a.exchange.took)
      .slice(0, SLOWEST);
  }

  private count(what: string): void {
    this.byStatus.set(what, (this.byStatus.get(what) ?? 0) + 1);
  }
}
