import { isDoubling, isLoss, type Violation } from './checker/violation.js';
import type { AppendOutcome, History } from './history.js';
import type { FaultKind, Schedule } from './schedule.js';

/** A schedule that was played, and what it showed. */
export interface Played {
  readonly schedule: Schedule;
  readonly history: History;
  readonly violations: readonly Violation[];
}

/** What many schedules came to. */
export class Tally {
  schedules = 0;
  violated = 0;
  events = 0;
  reads = 0;
  sessions = 0;
  drops = 0;
  lost = 0;
  doubled = 0;
  otherViolations = 0;
  readonly appends = new Map<AppendOutcome['kind'], number>();
  readonly faults = new Map<FaultKind, number>();

  add({ schedule, history, violations }: Played): void {
    this.schedules += 1;
    this.violated += violations.length > 0 ? 1 : 0;
    this.events += history.server.length;
    this.reads += history.streamReads.length + history.logReads.length + history.headReads.length;
    this.drops += history.drops;
    for (const { sessions } of history.subscribers) this.sessions += sessions.length;
    for (const { outcome } of history.appends) count(this.appends, outcome.kind);
    for (const step of schedule.steps) {
      if (step.kind === 'fault') count(this.faults, step.fault.kind);
    }
    this.#addViolations(violations);
  }

  #addViolations(violations: readonly Violation[]): void {
    const lost = violations.filter(isLoss).length;
    const doubled = violations.filter(isDoubling).length;
    this.lost += lost;
    this.doubled += doubled;
    this.otherViolations += violations.length - lost - doubled;
  }
}

const count = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
