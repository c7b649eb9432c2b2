import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Deed } from './people/matters.js';
import type { Sabotage } from './sabotage/sabotage.js';
import { installVirtualTime } from './world/virtual-time.js';

// Jest hands out copies of what Node's modules export, made when a module is loaded: first the clock, then the service.
const restoreTime = installVirtualTime();
const { runSeed } = await import('./run-seed.js');
const { editOf } = await import('./people/matters.js');
const { forgesApprovalsOfAmendments, letsEditorsDecideAlone } =
  await import('./sabotage/amendment-sabotages.js');
const { approvesByAnybody, hearsStandInsTwice } = await import('./sabotage/rule-sabotages.js');

afterAll(restoreTime);

const CONTENT = { kind: 'chat', request: 'an amber request' } as const;
const TEXTS = ['another amber one', 'a third amber one', 'a green one', 'a fourth amber one'];

/** Milliseconds since the deed before: approvals expire after two, eight or twenty seconds. */
const at = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 800 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 10_000 }) },
);
const approver = fc.constantFrom('grace', 'edsger', 'linus', 'grace', 'edsger', 'linus', 'robot');

/** Whose right they use: their own mostly, and only for others. */
const inPlaceOf = <T extends { readonly approver: string; readonly standsInFor: string | null }>({
  standsInFor,
  ...deed
}: T) => (standsInFor === null || standsInFor === deed.approver ? deed : { ...deed, standsInFor });
const standsInFor = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: approver },
);

const approval: fc.Arbitrary<Deed> = fc
  .record({
    kind: fc.constant('approve' as const),
    approver,
    standsInFor,
    isCurrent: fc.constantFrom(true, true, true, false),
    at,
  })
  .map(inPlaceOf);
const amendment: fc.Arbitrary<Deed> = fc
  .record({
    kind: fc.constant('amend' as const),
    approver,
    standsInFor,
    edit: fc.constantFrom(...TEXTS, ...TEXTS, 'a red one').map((text) => editOf('chat', text)),
    at,
  })
  .map(inPlaceOf);
const other: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('reject'), approver, isCurrent: fc.boolean(), at }),
  fc.record({ kind: fc.constant('withdraw'), at }),
  fc.record({
    kind: fc.constant('submit'),
    content: fc.constant(CONTENT),
    wait: fc.constant(0),
    at,
  }),
);

/** What people do about one request, one after the other. */
const deeds = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: approval },
      { weight: 8, arbitrary: amendment },
      { weight: 1, arbitrary: other },
    ),
    { maxLength: 10, size: 'max' },
  )
  .map((drawn) => {
    let now = 0;
    return drawn.map((deed): Deed => ({ ...deed, at: (now += deed.at) }));
  });

/** With a seed for how replicas, store, gateway and clocks fare meanwhile. */
const story = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  requester: fc.constantFrom('ada', 'linus'),
  deeds,
});

describe('Whatever approvers, requesters and crashes do to one request', () => {
  const seen = { amendedCalls: 0, standInCalls: 0, deaths: 0 };

  const told = (sabotage: Sabotage = {}) =>
    fc.asyncProperty(story, async ({ seed, requester, deeds: later }) => {
      const submission: Deed = { kind: 'submit', content: CONTENT, wait: 0, at: 0 };
      const matters = [{ requester, idempotencyKey: 'key', deeds: [submission, ...later] }];
      const played = await runSeed(seed, { matters, sabotage });
      seen.amendedCalls += played.amendedCalls;
      seen.standInCalls += played.standInCalls;
      seen.deaths += played.deaths;
      expect(played.violation).toBeNull();
    });

  it('what is carried out is exactly what the people it takes approved, and once', async () => {
    await fc.assert(told(), { numRuns: 100 });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });

  it.each([
    ['lets anybody approve', approvesByAnybody],
    ['lets editors approve what they made of it', letsEditorsDecideAlone],
    ['hears a stand-in and who named them as two', hearsStandInsTwice],
    ['takes approvals over to what was amended', forgesApprovalsOfAmendments],
  ])('a Docket is found that %s', async (_, sabotage) => {
    const { failed } = await fc.check(told(sabotage), {
      numRuns: 1_000,
      seed: 7,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
  });
});
