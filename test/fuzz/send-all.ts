import pLimit from 'p-limit';
import { mebibytes, type Course } from './check/check-vitals.js';
import type { Fuzzing, Tried } from './fuzzing.js';
import { firstOf, type Origin } from './made-requests.js';
import { describeFailure } from './show-failure.js';
import { Counting, type Tally } from './tally.js';
import type { Target, Vitals } from './target.js';

export interface SendOptions {
  readonly requests: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface Sent extends Omit<Course, 'end'> {
  readonly tally: Tally;
  readonly seconds: number;
  /** One text a kind. */
  readonly faults: readonly string[];
}

/** So many are made of one seed; the next ones are made of the next. */
const BLOCK = 500;
const AT_ONCE = 32;
const WARM_UP = 0.05;
/** Enough to begin with: a run that found as many kinds of faults ends. */
const MOST_KINDS = 5;

/** Sends that many requests, many at a time, and looks at each answer and now and then at the process. */
export async function sendAll(
  target: Target,
  fuzzing: Fuzzing,
  { requests, seed, progress }: SendOptions,
): Promise<Sent> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const tally = new Counting();
  const kinds = new Map<string, string>();
  let warm: Vitals | null = null;
  let longestTurn = 0;
  for (let block = seed; tally.sent < requests && kinds.size < MOST_KINDS; block += 1) {
    const size = Math.min(BLOCK, requests - tally.sent);
    target.loseAnswer();
    for (const [tried, origin] of await sendBlock(fuzzing, { seed: block, size }, tally)) {
      const kind = kindOf(tried);
      if (!kinds.has(kind)) kinds.set(kind, await describeFailure(fuzzing, tried, origin));
    }
    const vitals = await target.vitals().catch(() => null);
    if (vitals === null) {
      kinds.set('vitals', `vitals: no answer after request ${tally.sent}: ${stateOf(target)}`);
      break;
    }
    longestTurn = Math.max(longestTurn, vitals.longestTurn);
    if (tally.sent >= requests * WARM_UP) warm ??= await settled(target);
    progress(`${tally.sent} requests, ${seconds().toFixed(0)} s, ${mebibytes(vitals.resident)}`);
  }
  return { tally, warm, longestTurn, seconds: seconds(), faults: [...kinds.values()] };
}

/** How the process is once it has nothing to do and has collected its garbage. */
export async function settled(target: Target): Promise<Vitals> {
  await target.collectGarbage();
  return target.vitals();
}

type Failure = readonly [Tried, Origin];

async function sendBlock(
  fuzzing: Fuzzing,
  { seed, size }: { readonly seed: number; readonly size: number },
  tally: Counting,
): Promise<readonly Failure[]> {
  const failed: Failure[] = [];
  await pLimit(AT_ONCE).map(firstOf(fuzzing.requests, { seed, size }), async (planned, index) => {
    const tried = await fuzzing.attempt(planned);
    tally.add(tried);
    if (tried.faults.length > 0) failed.push([tried, { seed, path: String(index) }]);
  });
  return failed;
}

/** Faults that differ in numbers only are of one kind. */
const kindOf = ({ faults: [first = ''] }: Tried): string =>
  first.replaceAll(/\d+/g, '').slice(0, 60);

const stateOf = ({ isAlive, stderr }: Target): string =>
  isAlive ? 'the process is busy' : `the process ended: ${stderr.slice(-2_000)}`;
