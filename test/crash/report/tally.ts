import type { EventType } from '../../../src/governed-request/governed-request.events.js';
import type { Rule } from '../checker/violation.js';
import type { Moment } from '../kill/moments.js';
import type { Records } from '../records.js';
import type { PlayedRound } from '../round.js';
import type { PlayedSeries } from '../series.js';

/** What a whole test came to. */
export class Tally {
  readonly kills = new Map<Moment, number>();
  rounds = 0;
  insideCommit = 0;
  serverKills = 0;
  series = 0;
  asked = 0;
  answered = 0;
  acknowledged = 0;
  calls = 0;
  events = 0;
  readonly violated = new Map<Rule, number>();
  readonly recorded = new Map<string, number>();

  addRound({ killedAt, insideCommit, serverKilled }: PlayedRound): void {
    this.rounds += 1;
    this.kills.set(killedAt, (this.kills.get(killedAt) ?? 0) + 1);
    this.insideCommit += Number(insideCommit);
    this.serverKills += Number(serverKilled);
  }

  addSeries({ records, violations }: PlayedSeries): void {
    this.series += 1;
    for (const { rule } of violations) {
      this.violated.set(rule, (this.violated.get(rule) ?? 0) + 1);
    }
    if (records) this.#addRecords(records);
  }

  get violations(): number {
    return [...this.violated.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Events of this type. */
  count(type: EventType): number {
    return this.recorded.get(type) ?? 0;
  }

  #addRecords({ exchanges, calls, log }: Records): void {
    const asked = exchanges.filter(({ ask }) => ask.kind !== 'follow');
    const answered = asked.flatMap(({ answer }) => (answer ? [answer.status] : []));
    this.asked += asked.length;
    this.answered += answered.length;
    this.acknowledged += answered.filter((status) => status < 300).length;
    this.calls += calls.length;
    this.events += log.length;
    for (const { type } of log) this.recorded.set(type, (this.recorded.get(type) ?? 0) + 1);
  }
}
