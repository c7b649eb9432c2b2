import { expect } from '@jest/globals';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import { Refused, type RefusalCode } from '../../../src/governed-request/refused.js';

type Decide = (request: GovernedRequest) => readonly GovernedRequestEvent[];

/** A test in the domain's words: what happened before, what is commanded, what is recorded or refused. */
export const given = (...history: readonly (readonly GovernedRequestEvent[])[]) => ({
  when: (decide: Decide) => outcomeOf(decide, history.flat().reduce(evolve, notSubmitted)),
});

function outcomeOf(decide: Decide, request: GovernedRequest) {
  return {
    /** Types and, where given, some of the data of every recorded event, in order. */
    records: (...expected: readonly ExpectedEvent[]) => {
      const recorded = decide(request);
      expect(recorded.map(({ type }) => type)).toEqual(expected.map(([type]) => type));
      for (const [index, [, data = {}]] of expected.entries()) {
        expect(recorded[index]?.data).toMatchObject(data);
      }
    },
    recordsNothing: () => expect(decide(request)).toEqual([]),
    refuses: (code: RefusalCode) => expect(refusalOf(decide, request)).toBe(code),
  };
}

type ExpectedEvent = readonly [type: GovernedRequestEvent['type'], data?: Record<string, unknown>];

function refusalOf(decide: Decide, request: GovernedRequest): RefusalCode | null {
  try {
    decide(request);
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
