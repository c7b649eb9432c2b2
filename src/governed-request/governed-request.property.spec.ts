import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyCommands,
  anyCommandsOnUnknownOutcome,
  anyCommandsOnWaiting,
  historyOf,
} from '../../test/support/governed/any-commands.js';
import type { EventData, EventType, GovernedRequestEvent } from './governed-request.events.js';
import { evolve, notSubmitted } from './governed-request.js';

const RUNS = { numRuns: 2_000 };
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

const forAnyHistory = (check: (history: History) => void, commanded = anyCommands) =>
  fc.assert(
    fc.property(commanded, (commands) => check(historyOf(commands))),
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

  it('leaves a resting request alone, but for one word of a person on an unknown outcome', () => {
    forAnyHistory((history) => {
      const rest = history.findIndex(({ type }) => RESTING.includes(type));
      const behind = rest === -1 ? [] : history.slice(rest + 1).map(({ type }) => type);
      const isUnknown = history[rest]?.type === 'ExecutionOutcomeUnknown';
      expect(isUnknown ? [[], ['OutcomeResolved']] : [[]]).toContainEqual(behind);
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

  it('lets more people decide once for each content, and reminds in the order that was asked for', () => {
    const seen = { escalations: 0, reminders: 0 };
    forAnyHistory((history) => {
      const askings = history.flatMap(({ type }, at) => (type === 'ApprovalRequested' ? [at] : []));
      for (const [index, at] of askings.entries()) {
        const waiting = history.slice(at, askings[index + 1]);
        const escalations = dataOf(waiting, 'ApprovalEscalated');
        const reminders = dataOf(waiting, 'ApprovalReminded').map(({ number }) => number);
        seen.escalations += escalations.length;
        seen.reminders += reminders.length;
        expect(escalations.length).toBeLessThanOrEqual(1);
        expect(reminders).toEqual([1, 2].slice(0, reminders.length));
      }
    }, anyCommandsOnWaiting);
    expect(Math.min(seen.escalations, seen.reminders)).toBeGreaterThan(50);
  });

  it('can be read back from any prefix of what it recorded', () => {
    forAnyHistory((history) => {
      for (const length of history.keys()) {
        expect(() => history.slice(0, length).reduce(evolve, notSubmitted)).not.toThrow();
      }
    });
  });
});

describe('any sequence of commands on an unknown outcome', () => {
  it('records nothing but what one person other than its author found out, once', () => {
    let resolutions = 0;
    forAnyHistory((history) => {
      const behind = history.slice(4);
      expect(behind.length).toBeLessThanOrEqual(1);
      expect(dataOf(behind, 'OutcomeResolved')).toHaveLength(behind.length);
      for (const { by } of dataOf(behind, 'OutcomeResolved')) {
        resolutions += 1;
        expect(['grace', 'linus']).toContain(by);
      }
    }, anyCommandsOnUnknownOutcome);
    expect(resolutions).toBeGreaterThan(100);
  });
});
