import type { History } from '../world/history.js';
import { END_INVARIANTS, isAtRest } from './end-invariants.js';
import type { Violation } from './invariant.js';
import { LOG_INVARIANTS } from './log-invariants.js';
import { REQUEST_INVARIANTS } from './request-invariants.js';

/** What the step that was just taken broke, null for nothing. */
export function brokenByStep(history: History): Violation | null {
  for (const { name, check } of LOG_INVARIANTS) {
    const what = check(history);
    if (what !== null) return { invariant: name, what };
  }
  for (const request of history.touched) {
    for (const { name, check } of REQUEST_INVARIANTS) {
      const what = check(request);
      if (what !== null) return { invariant: name, what: `${request.id}: ${what}` };
    }
  }
  return null;
}

/** What should have come to an end by now, null for nothing. */
export function leftUndone(history: History, now: Date): Violation | null {
  for (const request of history.requests.values()) {
    for (const { name, check } of END_INVARIANTS) {
      const what = check(request, now);
      if (what !== null) return { invariant: name, what: `${request.id}: ${what}` };
    }
  }
  return null;
}

/** Whether nothing more happens to any request of itself. */
export const isEverythingAtRest = (history: History): boolean =>
  [...history.requests.values()].every(isAtRest);
