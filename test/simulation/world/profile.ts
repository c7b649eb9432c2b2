import type { ExecutionSettings } from '../../../src/governed-request/execute-request/execution-settings.js';
import type { GroupCount } from '../../../src/policy/classification.js';
import type { Random } from './random.js';

/** What comes of a call to the event store, besides an answer. */
export interface StoreFaults {
  /** The call is turned down, and nothing happens. */
  readonly unavailable: number;
  /** It is done, and nobody hears of it. */
  readonly lost: number;
  /** It is not done, and nobody hears of that. */
  readonly dropped: number;
  /** Nobody hears of it for now, and it is done afterwards. */
  readonly late: number;
  /** A stream is read as it was a moment ago, as a server that is behind the others shows it. */
  readonly stale: number;
  /** A subscription breaks off. */
  readonly broken: number;
}

/** How often the gateway does what. */
export type GatewayWeights = Readonly<Record<GatewayBehaviour, number>>;

export type GatewayBehaviour =
  'answers' | 'refuses' | 'is out of reach' | 'errs' | 'hangs' | 'answers late' | 'dies';

/** What one simulation is like: each seed draws one, so that some have many faults of one kind and none of others. */
export interface Profile {
  readonly replicas: number;
  /** Whether the replicas have the service's own views in SQLite, or the plain ones that are many times faster. */
  readonly views: ViewKind;
  readonly requests: number;
  /** Virtual milliseconds in which people act and faults happen. */
  readonly span: number;
  /** Milliseconds that an exchange with the store may take on its way there, and back. */
  readonly latency: number;
  /** Milliseconds by which events reach the views later. */
  readonly viewLag: number;
  readonly store: StoreFaults;
  readonly gateway: GatewayWeights;
  /** Probabilities at each step: the replica dies, stands still, or is shut down in good order. */
  readonly deaths: number;
  readonly pauses: number;
  readonly stops: number;
  readonly lateness: number;
  /** Milliseconds that the clocks of two replicas may differ by. */
  readonly skew: number;
  readonly quorum: number;
  /** Groups that may decide; none: everybody. */
  readonly eligible: readonly string[];
  /** Of those who approve, so many at least from each of these groups. */
  readonly atLeast: readonly GroupCount[];
  /** Whether only people may decide, no machines. */
  readonly human: boolean;
  readonly expiresAfter: number;
  readonly execution: ExecutionSettings;
}

const GROUPS = ['finance', 'legal', 'board'] as const;

export type ViewKind = 'embedded' | 'plain';

/** One simulation in so many has the embedded views: they cost ten times as much as all the rest. */
const EMBEDDED_EVERY = 32;

export const viewsOf = (seed: number): ViewKind =>
  seed % EMBEDDED_EVERY === 0 ? 'embedded' : 'plain';

export function drawProfile(random: Random, views: ViewKind): Profile {
  return {
    replicas: random.between(2, 3),
    views,
    requests: random.pick([1, 1, 2, 2, 3, 4, 5, 12]),
    span: random.between(3_000, 25_000),
    latency: random.pick([2, 10, 50, 500]),
    viewLag: random.pick([5, 100, 1_000, 4_000]),
    store: drawStoreFaults(random),
    gateway: drawGateway(random),
    deaths: random.pick([0, 0.002, 0.01, 0.03]),
    pauses: random.pick([0, 0.002, 0.01, 0.04]),
    stops: random.pick([0, 0, 0.003]),
    lateness: random.pick([0, 5, 200, 2_000]),
    skew: random.pick([0, 50, 3_000]),
    quorum: random.between(1, 2),
    eligible: random.pick([[], [], [], ['finance'], ['legal']]),
    atLeast: random.pick([[], [], [], [{ group: random.pick(GROUPS), count: 1 }]]),
    human: random.chance(0.25),
    expiresAfter: random.pick([2_000, 8_000, 20_000]),
    execution: {
      deadline: random.pick([1_000, 4_000, 10_000]),
      maxExecutions: random.pick([1, 2, 16]),
      maxExecutionsPerAgent: random.pick([1, 16]),
      maxExecutionsPerRequester: random.pick([1, 2, 16]),
    },
  };
}

function drawStoreFaults(random: Random): StoreFaults {
  const rate = () => random.pick([0, 0, 0.02, 0.1, 0.25]);
  return {
    unavailable: rate(),
    lost: rate(),
    dropped: rate(),
    late: rate(),
    stale: rate(),
    broken: random.pick([0, 0, 0.05]),
  };
}

/** Where nothing has any weight, the last of them is what it does: a gateway that fails whatever is asked. */
function drawGateway(random: Random): GatewayWeights {
  const weight = () => random.pick([0, 0, 1, 3]);
  return {
    answers: random.pick([0, 1, 3, 10]),
    refuses: weight(),
    'is out of reach': weight(),
    errs: weight(),
    hangs: weight(),
    'answers late': weight(),
    dies: weight(),
  };
}
