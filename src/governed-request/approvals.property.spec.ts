import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyActs,
  anyTerms,
  AUTHORS,
  voicesIn,
  type Person,
} from '../../test/support/governed/approval-acts.js';
import { ApprovalStory } from '../../test/support/governed/approval-story.js';
import type { ApprovalTerms } from '../policy/classification.js';

const isEligible = ({ groups }: Person, { eligible }: ApprovalTerms): boolean =>
  eligible.length === 0 || groups.some((group) => eligible.includes(group));

describe('Whatever approvers, time and crashes do to a request', () => {
  it('what is executed is exactly what the people approved that its terms ask for, and once', () => {
    const seen = {
      asSubmitted: 0,
      amended: 0,
      byMachines: 0,
      byStandIns: 0,
      escalated: 0,
      ofGroups: 0,
    };
    fc.assert(
      fc.property(anyTerms, anyActs, (terms, acts) => {
        const { record, executed, differences } = new ApprovalStory(terms, acts);
        expect(differences).toEqual([]);
        if (executed.length === 0) return;
        const { text, yes, terms: asked, isEscalated } = record.now;
        expect(executed).toEqual([text]);
        expect(record.areEnough()).toBe(true);
        const people = [...yes.values()];
        expect(people.flatMap(voicesIn).filter((voice) => AUTHORS.includes(voice))).toEqual([]);
        const standIns = people.filter(({ standsInFor }) => standsInFor !== null);
        const voices = people.flatMap((one) => [...new Set(voicesIn(one))]);
        expect(new Set(voices).size).toBe(voices.length);
        const machines = people.filter(({ kind }) => kind === 'machine');
        expect(asked.human ? machines : []).toEqual([]);
        seen[record.editors.length > 0 ? 'amended' : 'asSubmitted'] += 1;
        seen.byStandIns += Number(standIns.length > 0);
        seen.byMachines += Number(machines.length > 0);
        seen.ofGroups += Number(asked.atLeast.length > 0);
        seen.escalated += Number(isEscalated && people.some((one) => !isEligible(one, asked)));
      }),
      { numRuns: 2_000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});
