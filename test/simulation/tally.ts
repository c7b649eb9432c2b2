import Table from 'cli-table3';
import type { Played } from './simulation.js';

/** Sums over all simulations of a run. */
export class Tally {
  seeds = 0;
  violated = 0;
  #embedded = 0;
  #steps = 0;
  #events = 0;
  #calls = 0;
  #amendedCalls = 0;
  #answers = 0;
  #refusals = 0;
  #deaths = 0;
  #hours = 0;

  add({
    violation,
    profile,
    steps,
    events,
    calls,
    amendedCalls,
    answers,
    refusals,
    deaths,
    lasted,
  }: Played): void {
    this.seeds += 1;
    this.violated += violation ? 1 : 0;
    this.#embedded += profile.views === 'embedded' ? 1 : 0;
    this.#steps += steps;
    this.#events += events;
    this.#calls += calls;
    this.#amendedCalls += amendedCalls;
    this.#answers += answers;
    this.#refusals += refusals;
    this.#deaths += deaths;
    this.#hours += lasted / 3_600_000;
  }

  /** The summary at the end of a run. */
  table(seconds: number): string {
    const table = new Table({ style: { head: [], border: [] } });
    table.push(
      ['seeds', this.seeds],
      ['of these with the embedded views', this.#embedded],
      ['steps', this.#steps],
      ['events stored', this.#events],
      ['calls of the gateway', this.#calls],
      ['of these with amended content', this.#amendedCalls],
      ['answers', this.#answers],
      ['refusals and failures', this.#refusals],
      ['replicas that died or were shut down', this.#deaths],
      ['virtual hours', this.#hours.toFixed(0)],
      ['violations', this.violated],
      ['seconds', seconds.toFixed(0)],
      ['milliseconds a seed', ((1_000 * seconds) / this.seeds).toFixed(1)],
    );
    return table.toString();
  }
}
