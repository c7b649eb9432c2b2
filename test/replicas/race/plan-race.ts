import fc from 'fast-check';
import type { Identity } from '../../support/docket/identities.js';
import { DRAFT, SESSIONS, SUMMARY, TRANSFER } from '../../support/docket/sample-requests.js';
import { INVOICE } from '../support/replica-policy.js';

/** Calls a tool that only reads, in a conversation of its own. */
const LISTING = { kind: SESSIONS.kind, tool: SESSIONS.tool, args: SESSIONS.args };

export const APPROVERS = ['grace', 'linus', 'gus'] as const satisfies readonly Identity[];

/** What somebody does to a request at one replica. */
export interface Act {
  readonly kind: 'approve' | 'reject' | 'withdraw';
  readonly as: Identity;
  readonly replica: number;
}

/** One request of a race: everything in `submitTo` happens at the same moment, and so does everything in `acts`. */
export interface PlannedRequest {
  readonly body: object;
  readonly requester: 'ada' | 'bob';
  /** Replicas that get the very same submission, under one key unless it is only one. */
  readonly submitTo: readonly number[];
  readonly prefer: 'respond-async' | 'wait=10';
  /** In the order in which they leave. */
  readonly acts: readonly Act[];
  /** Whether people decide it in the end, when the acts left that open. */
  readonly isDecided: boolean;
}

/** Draws the requests of a race between so many replicas; the same seed draws the same ones. */
export const planRace = (
  seed: number,
  replicaCount: number,
  count: number,
): readonly PlannedRequest[] => fc.sample(anyRequest(replicaCount), { seed, numRuns: count });

const anyRequest = (replicaCount: number): fc.Arbitrary<PlannedRequest> =>
  fc.oneof(
    { weight: 6, arbitrary: running(replicaCount) },
    { weight: 3, arbitrary: withdrawnWhileItStarts(replicaCount) },
    { weight: 9, arbitrary: decided(replicaCount) },
    { weight: 1, arbitrary: undecided(replicaCount, fc.constant(TRANSFER)) },
  );

const running = (replicaCount: number) =>
  undecided(replicaCount, fc.constantFrom<object>(SUMMARY, LISTING));

const withdrawnWhileItStarts = (replicaCount: number): fc.Arbitrary<PlannedRequest> =>
  running(replicaCount).map((planned) => ({
    ...planned,
    prefer: 'respond-async',
    acts: everywhere(replicaCount, 'withdraw', planned.requester),
  }));

const decided = (replicaCount: number): fc.Arbitrary<PlannedRequest> =>
  undecided(replicaCount, fc.constantFrom<object>(DRAFT, INVOICE)).chain((planned) =>
    decisions(replicaCount, planned.requester).map((acts) => ({
      ...planned,
      acts,
      isDecided: true,
    })),
  );

const undecided = (
  replicaCount: number,
  body: fc.Arbitrary<object>,
): fc.Arbitrary<PlannedRequest> =>
  fc.record({
    body,
    requester: fc.constantFrom('ada', 'bob'),
    submitTo: fc.oneof(
      fc.tuple(fc.nat(replicaCount - 1)),
      fc.shuffledSubarray([...replicaNumbers(replicaCount), 0], { minLength: 2 }),
    ),
    prefer: fc.constantFrom('respond-async', 'wait=10'),
    acts: fc.constant([]),
    isDecided: fc.constant(false),
  });

/** One approver at every replica; another one at each; the latter against a refusal and the requester. */
function decisions(replicaCount: number, requester: Identity): fc.Arbitrary<readonly Act[]> {
  const replica = fc.nat(replicaCount - 1);
  const others = fc
    .shuffledSubarray([...APPROVERS], { minLength: APPROVERS.length })
    .map((approvers) => approvers.slice(0, replicaCount))
    .map((approvers) => approvers.map((as, at): Act => ({ kind: 'approve', as, replica: at })));
  const against = fc.tuple(
    fc.record<Act>({ kind: fc.constant('reject'), as: fc.constantFrom(...APPROVERS), replica }),
    fc.record<Act>({ kind: fc.constant('withdraw'), as: fc.constant(requester), replica }),
  );
  return fc.oneof(
    fc.constantFrom(...APPROVERS).map((as) => everywhere(replicaCount, 'approve', as)),
    others,
    fc.tuple(others, against).chain(([some, more]) => shuffled([...some, ...more])),
  );
}

const everywhere = (replicaCount: number, kind: Act['kind'], as: Identity): readonly Act[] =>
  replicaNumbers(replicaCount).map((replica) => ({ kind, as, replica }));

const shuffled = (acts: readonly Act[]): fc.Arbitrary<readonly Act[]> =>
  fc.shuffledSubarray([...acts], { minLength: acts.length });

const replicaNumbers = (count: number): readonly number[] =>
  Array.from({ length: count }).map((_, at) => at);
