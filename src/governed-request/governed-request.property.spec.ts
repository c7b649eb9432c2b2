import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCommands, historyOf } from '../../test/support/governed/any-commands.js';
import type { EventData, EventType, GovernedRequestEvent } from './governed-request.events.js';
import { evolve, notSubmitted } from './governed-request.js';

const RUNS = { numRuns: 3_000 };
const RESTING = ['Executed', 'ExecutionFailed', 'ExecutionOutcomeUnknown', 'Blocked'];

type History = readonly GovernedRequestEvent[];

function dataOf<T extends EventType>(history: History, type: T): EventData<T>[] {
  return history.flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));
}

/** Whether what stands before an execution allows exactly its content. */
function isAllowed(before: History, digest: string): boolean {
  const [classified] = dataOf(before, 'Classified');
  const [submitted] = dataOf(before, 'Submitted');
  const green = classified?.allow && !classified.requiresApproval;
  if (green) return submitted?.contentDigest === digest;
  return dataOf(before, 'Approved').some(({ contentDigest }) => contentDigest === digest);
}

const forAnyHistory = (check: (history: History) => void) =>
  fc.assert(
    fc.property(anyCommands, (commands) => check(historyOf(commands))),
    RUNS,
  );

describe('any sequence of commands', () => {
  it('starts nothing that was neither green nor approved with the same content', () => {
    let starts = 0;
    forAnyHistory((history) => {
      const started = history.findIndex(({ type }) => type === 'ExecutionStarted');
      for (const { contentDigest } of dataOf(history, 'ExecutionStarted')) {
        starts += 1;
        expect(isAllowed(history.slice(0, started), contentDigest)).toBe(true);
      }
    });
    expect(starts).toBeGreaterThan(100);
  });

  it('starts a request once at the most', () => {
    forAnyHistory((history) => {
      expect(dataOf(history, 'ExecutionStarted').length).toBeLessThanOrEqual(1);
    });
  });

  it('leaves a resting request alone', () => {
    forAnyHistory((history) => {
      const rest = history.findIndex(({ type }) => RESTING.includes(type));
      expect([-1, history.length - 1]).toContain(rest);
    });
  });

  it('is never approved by its requester, nor by one person twice', () => {
    forAnyHistory((history) => {
      for (const { by } of dataOf(history, 'Approved')) {
        expect(by).not.toContain('ada');
        expect(by).not.toContain('employee-001');
        expect(new Set(by).size).toBe(by.length);
      }
    });
  });

  it('can be read back from any prefix of what it recorded', () => {
    forAnyHistory((history) => {
      for (const length of history.keys()) {
        expect(() => history.slice(0, length).reduce(evolve, notSubmitted)).not.toThrow();
      }
    });
  });
});
