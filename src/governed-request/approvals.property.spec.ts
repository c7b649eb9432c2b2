import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyActs,
  anyTerms,
  ApprovalStory,
  AUTHORS,
  LIFETIME,
} from '../../test/support/governed/approval-story.js';

describe('Whatever approvers do to a request', () => {
  it('what is executed is what enough people approved, one of whom edited none of it', () => {
    const executed = { asSubmitted: 0, amended: 0 };
    fc.assert(
      fc.property(anyTerms, anyActs, (asked, acts) => {
        const { versions, yes, editors, executed: ran, isRefused } = new ApprovalStory(asked, acts);
        if (ran.length === 0) return;
        expect([ran.length, isRefused]).toEqual([1, false]);
        const counting = yes.filter(
          ({ version, text: approved }) => version === versions.length && approved === ran[0],
        );
        const people = new Set(counting.map(({ by }) => by.name));
        expect(people.size).toBeGreaterThanOrEqual(asked.quorum);
        expect([...people].filter((name) => AUTHORS.includes(name))).toEqual([]);
        expect([...people].some((name) => !editors.includes(name))).toBe(true);
        for (const { by, minute } of counting) {
          const isEligible = asked.eligible.some((one) => by.groups.includes(one));
          expect(asked.eligible.length === 0 || isEligible).toBe(true);
          expect(minute).toBeLessThan(LIFETIME);
        }
        executed[editors.length > 0 ? 'amended' : 'asSubmitted'] += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(executed.asSubmitted).toBeGreaterThan(20);
    expect(executed.amended).toBeGreaterThan(20);
  });
});
