import type { PlacedViolation } from './checker/violation.js';
import { checkRecords } from './checker/check-records.js';
import { conclude } from './conclude.js';
import { Load } from './load/load.js';
import { Observer } from './load/observer.js';
import { StreamReader } from './load/stream-reader.js';
import { LARGE_STORIES, STORIES, STORY_WEIGHTS } from './load/stories.js';
import { StoryTeller } from './load/story-teller.js';
import { randomOf } from './random.js';
import type { Records } from './records.js';
import { playRound, ServiceFailed, type PlayedRound } from './round.js';
import type { CrashProgram } from './stage/crash-program.js';
import { setStage, type Stage } from './stage/stage.js';
import type { StoreServer } from './stage/store-server.js';

const STORIES_AT_ONCE = 12;
const FIRST_START = 1_000;

export interface SeriesOptions {
  readonly seed: number;
  readonly index: number;
  /** The number of its first round in the whole test, and how many it has. */
  readonly firstRound: number;
  readonly rounds: number;
  readonly program: CrashProgram;
  readonly startServer: (() => Promise<StoreServer>) | null;
  readonly onRound: (played: PlayedRound) => void;
}

/** What came of one data directory. */
export interface PlayedSeries {
  readonly index: number;
  readonly rounds: readonly PlayedRound[];
  /** Null when the service failed on the way. */
  readonly records: Records | null;
  readonly violations: readonly PlacedViolation[];
  /** The data directory, kept if there are violations. */
  readonly directory: string;
}

/** Kills a service so many times on one data directory, under load, and checks what it did all the while. */
export async function playSeries(options: SeriesOptions): Promise<PlayedSeries> {
  const { seed, index, program, startServer } = options;
  const server = startServer && (await startServer());
  const stage = await setStage({ program, random: randomOf(seed, index, 'gateway'), server });
  let isFaultless = false;
  try {
    const series = await play(stage, options);
    isFaultless = series.violations.length === 0;
    return { index, directory: stage.directory, ...series };
  } finally {
    await stage.close(!isFaultless);
  }
}

async function play(
  stage: Stage,
  options: SeriesOptions,
): Promise<Pick<PlayedSeries, 'rounds' | 'records' | 'violations'>> {
  const { seed, index } = options;
  const rounds: PlayedRound[] = [];
  const load = new Load(STORIES_AT_ONCE, (number) => {
    const random = randomOf(seed, index, 'story', number);
    const teller = new StoryTeller(`${index}-${number}`, random, stage.client);
    const weights = stage.writesMuch ? LARGE_STORIES : STORY_WEIGHTS;
    return STORIES[random.pick(weights)](teller);
  });
  const observer = new Observer(stage.client, stage.notes);
  const stream = new StreamReader(stage.address, stage.keys, stage.notes);
  try {
    await playRounds(stage, options, rounds);
    stage.writesMuch = false;
    const records = await conclude(stage, load, observer);
    return { rounds, records, violations: checkRecords(records) };
  } catch (error) {
    if (!(error instanceof ServiceFailed)) throw error;
    const violation = { rule: 'service-failed', text: error.message, evidence: [] } as const;
    return { rounds, records: null, violations: [{ ...violation, rounds: [stage.round] }] };
  } finally {
    // Whoever still waits is told that it is over when the stage closes.
    void load.finish(0);
    void observer.stop();
    void stream.stop();
  }
}

async function playRounds(
  stage: Stage,
  { seed, index, firstRound, rounds, onRound }: SeriesOptions,
  played: PlayedRound[],
): Promise<void> {
  let usualStart = FIRST_START;
  for (let round = firstRound; round < firstRound + rounds; round += 1) {
    stage.round = round;
    const one = await playRound(stage, randomOf(seed, index, 'round', round), usualStart);
    usualStart = one.startedIn === null ? usualStart : (usualStart + one.startedIn) / 2;
    played.push(one);
    onRound(one);
  }
}
