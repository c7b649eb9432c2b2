import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asking, decision, submitted } from '../../../test/support/governed/commands.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { evolve, notSubmitted } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';
import { approveRequest } from './approve-request.js';

const RUNS = { numRuns: 2_000 };
const GROUPS = ['finance', 'legal', 'board'];

interface Person {
  readonly approver: string;
  readonly kind: 'human' | 'machine';
  readonly groups: readonly string[];
}

const people: fc.Arbitrary<readonly Person[]> = fc.tuple(
  ...['grace', 'linus', 'barbara', 'edsger', 'ada', 'employee-001'].map((approver) =>
    fc.record({
      approver: fc.constant(approver),
      kind: fc.constantFrom('human' as const, 'human' as const, 'machine' as const),
      groups: fc.subarray(GROUPS),
    }),
  ),
);

interface Terms {
  readonly quorum: number;
  readonly eligible: readonly string[];
  readonly atLeast: readonly { readonly group: string; readonly count: number }[];
  readonly human: boolean;
}

const terms: fc.Arbitrary<Terms> = fc
  .record({
    quorum: fc.integer({ min: 1, max: 4 }),
    eligible: fc.oneof(fc.constant<string[]>([]), fc.subarray(GROUPS, { minLength: 1 })),
    atLeast: fc.subarray(GROUPS),
    counts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
    human: fc.boolean(),
  })
  .map(({ counts, atLeast, ...rest }) => ({
    ...rest,
    atLeast: atLeast.map((group, index) => ({
      group,
      count: Math.min(counts[index]!, rest.quorum),
    })),
  }));

/** All that is recorded when these people approve one after another, as long as they may. */
function approvalsBy(those: readonly Person[], of: Terms): readonly GovernedRequestEvent[] {
  const history = [...submitted(asking('an amber request'), testPolicy(of))];
  for (const person of those) {
    try {
      const request = history.reduce(evolve, notSubmitted);
      history.push(...approveRequest(request, decision(history, person)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return history;
}

const isApproved = (history: readonly GovernedRequestEvent[]): boolean =>
  history.at(-1)?.type === 'Approved';

/** Said once more, in other words than the rule's: who counts, and whether they are enough. */
function areEnough(those: readonly Person[], { quorum, eligible, atLeast, human }: Terms): boolean {
  const counting = those.filter(
    ({ approver, kind, groups }) =>
      !['ada', 'employee-001'].includes(approver) &&
      !(human && kind === 'machine') &&
      (eligible.length === 0 || groups.some((group) => eligible.includes(group))),
  );
  const voices = Map.groupBy(counting, ({ approver }) => approver);
  return (
    voices.size >= quorum &&
    atLeast.every(({ group, count }) => {
      const members = [...voices.values()].filter(([one]) => one?.groups.includes(group));
      return members.length >= count;
    })
  );
}

describe('any people who approve, in any order and some of them twice', () => {
  const voices = people.chain((all) =>
    fc
      .array(fc.constantFrom(...all), { maxLength: 10 })
      .chain((those) =>
        fc
          .shuffledSubarray([...those.keys()], { minLength: those.length, maxLength: those.length })
          .map((order) => ({ those, shuffled: order.map((index) => those[index]!) })),
      ),
  );

  it('approve the request exactly when the terms are met, whatever the order', () => {
    let approvals = 0;
    fc.assert(
      fc.property(voices, terms, ({ those, shuffled }, of) => {
        const expected = areEnough(those, of);
        approvals += Number(expected);
        expect(isApproved(approvalsBy(those, of))).toBe(expected);
        expect(isApproved(approvalsBy(shuffled, of))).toBe(expected);
      }),
      RUNS,
    );
    expect(approvals).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('are named in the approval, each once', () => {
    fc.assert(
      fc.property(voices, terms, ({ those }, of) => {
        const history = approvalsBy(those, of);
        const last = history.at(-1);
        if (last?.type !== 'Approved') return;
        const granted = history.flatMap((event) =>
          event.type === 'ApprovalGranted' ? [event.data.by] : [],
        );
        expect(last.data.by).toEqual(granted);
        expect(new Set(granted).size).toBe(granted.length);
      }),
      RUNS,
    );
  });
});
