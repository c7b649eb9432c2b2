import fc from 'fast-check';
import type { ApprovalTerms } from '../../../src/policy/classification.js';
import { ANYBODY } from './test-policy.js';

/** Ada asked on behalf of Edsger; both are approvers themselves. */
export const AUTHORS = ['ada', 'edsger'];

/** Somebody as they are when they act: they may have been in other groups before. */
export interface Person {
  readonly name: string;
  readonly kind: 'human' | 'machine';
  /** Those of the right that they use. */
  readonly groups: readonly string[];
  /** Whose right they use; null: their own. */
  readonly standsInFor: string | null;
}

/** A stand-in and whom they stand in for are one voice. */
export const voicesIn = ({ name, standsInFor }: Person): readonly string[] =>
  standsInFor === null ? [name] : [name, standsInFor];

/** One thing that happens, some minutes after the one before. */
export type Act = {
  readonly after: number;
  /** Whether the service dies before what it does is stored, or behind that; whoever asked then asks again. */
  readonly crash: 'before' | 'behind' | null;
} & (
  | { readonly kind: 'approve' | 'reject'; readonly by: Person; readonly seen: number }
  | { readonly kind: 'amend'; readonly by: Person; readonly seen: number; readonly text: string }
  | { readonly kind: 'withdraw' | 'start' | TimeStep }
);

/** What a sweep does of itself. */
type TimeStep = 'remind' | 'escalate' | 'expire';

const MINUTE = 60_000;
const GROUPS = ['finance', 'legal', 'board'];

const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('grace', 'linus', 'barbara', 'kurt') },
  { weight: 1, arbitrary: fc.constantFrom(...AUTHORS) },
);
const person = fc.record({
  name,
  standsInFor: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: name },
  ),
  kind: fc.constantFrom('human' as const, 'human' as const, 'machine' as const),
  groups: fc.oneof(fc.constant(['board']), fc.subarray(GROUPS, { minLength: 1 })),
});

const minutes = (min: number, max: number) =>
  fc.integer({ min, max }).map((count) => count * MINUTE);

/** Any terms that a policy may ask for. */
const terms: fc.Arbitrary<ApprovalTerms> = fc
  .record({
    quorum: fc.integer({ min: 1, max: 3 }),
    eligible: fc.subarray(['finance', 'legal']),
    atLeast: fc.oneof(fc.constant<string[]>([]), fc.subarray(GROUPS)),
    counts: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 }),
    human: fc.constantFrom(false, false, true),
    expiresAfter: fc.oneof(fc.constant(60 * MINUTE), minutes(20, 60)),
    escalation: fc.option(fc.record({ after: minutes(2, 15), to: fc.constant(['board']) })),
    reminders: fc.subarray([5 * MINUTE, 10 * MINUTE, 19 * MINUTE]),
  })
  .map(({ counts, atLeast, ...rest }) => ({
    ...ANYBODY,
    ...rest,
    atLeast: atLeast.map((group, index) => ({
      group,
      count: Math.min(counts[index]!, rest.quorum),
    })),
  }));

/** The terms of what is said in one way, and of what is said in another. */
export const anyTerms = fc.record({ request: terms, wish: terms });
export type TermsByWord = Readonly<Record<'request' | 'wish', ApprovalTerms>>;

const text = fc.constantFrom(
  'an amber request',
  'another amber request',
  'an amber wish',
  'another amber wish',
  'a green request',
  'another green request',
);
const after = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(45) },
);
const crash = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('before' as const, 'behind' as const) },
);
/** The content that somebody looks at: the last one, or one that was there before. */
const seen = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
);
const when = { after, crash };
const said = { by: person, seen, ...when };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ kind: fc.constant('approve'), ...said }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('amend'), text, ...said }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('amend'),
      ...said,
      text: fc.constant('a red request'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject'), ...said }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('expire', 'withdraw'), ...when }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remind'), ...when }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('start', 'escalate'), ...when }) },
);

export const anyActs = fc.array(anyAct, { minLength: 4, maxLength: 28, size: 'max' });
