import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { PlayedRound } from './round.js';
import { playSeries, type PlayedSeries } from './series.js';
import type { CrashProgram } from './stage/crash-program.js';
import type { StoreServer } from './stage/store-server.js';

export interface CrashTest {
  readonly seed: number;
  readonly rounds: number;
  /** Rounds on one data directory. */
  readonly perSeries: number;
  /** Index of the first series. */
  readonly from: number;
  /** Series at the same time. */
  readonly atOnce: number;
  readonly program: CrashProgram;
  /** Starts a server of its own for the series of this index; null: the event log is in the data directory. */
  readonly startServer: ((index: number) => Promise<StoreServer>) | null;
  readonly onRound: (played: PlayedRound) => void;
  readonly onSeries: (played: PlayedSeries) => void;
}

/** Plays all rounds, in series that share nothing; begins no more of them once a rule was broken. */
export async function runCrashTest(test: CrashTest): Promise<void> {
  const { rounds, perSeries, from, atOnce } = test;
  const limit = pLimit(atOnce);
  let isBroken = false;
  const play = async (index: number): Promise<void> => {
    if (isBroken) return;
    const played = await playOne(
      test,
      from + index,
      Math.min(perSeries, rounds - index * perSeries),
    );
    isBroken ||= played.violations.length > 0;
    test.onSeries(played);
  };
  const indexes = Array.from({ length: Math.ceil(rounds / perSeries) }, (_, index) => index);
  await Promise.all(indexes.map((index) => limit(play, index)));
}

async function playOne(test: CrashTest, index: number, rounds: number): Promise<PlayedSeries> {
  const { seed, perSeries, program, startServer, onRound } = test;
  const played = await playSeries({
    seed,
    index,
    firstRound: index * perSeries,
    rounds,
    program,
    startServer: startServer && (() => startServer(index)),
    onRound,
  });
  if (played.violations.length > 0) {
    const text = JSON.stringify(played.violations, null, 2);
    await writeFile(join(played.directory, 'violations.json'), text);
  }
  return played;
}
