import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { killBeforeStart, killWhileServing, type ServerKill } from './kill/kill-server.js';
import { drawStrike } from './kill/draw-strike.js';
import { EMBEDDED, ON_A_SERVER, type Moment } from './kill/moments.js';
import { endsInsideTransaction } from './kill/wal-tail.js';
import type { Strike } from './kill/kill-switch.js';
import type { Random } from './random.js';
import type { DocketProcess } from './stage/docket-process.js';
import type { Stage } from './stage/stage.js';

/** One start of the service and the kill that ended it. */
export interface PlayedRound {
  readonly round: number;
  readonly killedAt: Moment;
  /** Whether the kill left half a transaction in the write-ahead log. */
  readonly insideCommit: boolean;
  /** Milliseconds until it listened; null when it was killed before. */
  readonly startedIn: number | null;
  readonly serverKilled: boolean;
}

/** The service did what it must never do, whatever happens to it. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
}

/** A start takes a second; on a machine that is very busy with other things, much longer. */
const START_WITHIN = 180_000;
const LATE = 'late';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How the clock jumps between two processes: past the deadline of executions, or past that of approvals. */
const JUMPS = { none: 65, minute: 30, day: 5 } as const;
const JUMP_BY = { none: 0, minute: MINUTE, day: DAY } as const;

/** Starts the service, kills it at a moment that `random` draws, and leaves everything as it is then. */
export async function playRound(
  stage: Stage,
  random: Random,
  usualStart: number,
): Promise<PlayedRound> {
  const { round, clock, lives, directory } = stage;
  clock.jumpAhead(JUMP_BY[random.pick(JUMPS)]);
  const moment = random.pick(stage.server ? ON_A_SERVER : EMBEDDED);
  stage.writesMuch = moment === 'log-checkpoint';
  const server = await killBeforeStart(stage.server, random);
  const from = clock.now();
  const docket = stage.startDocket();
  const strike = drawStrike(moment, random, usualStart);
  try {
    const played =
      moment === 'starting'
        ? await killStarting(stage, docket, strike)
        : await killServing(stage, docket, strike, random, server);
    lives.push({ round, from, to: clock.now() });
    const ended = { ...played, serverKilled: played.serverKilled || server.isKilled };
    refuseFailure(docket, ended);
    const insideCommit = await endsInsideTransaction(join(directory, 'events.db-wal'));
    return { ...ended, round, insideCommit, killedAt: ended.killedAt ?? moment };
  } finally {
    docket.kill();
    await Promise.all([docket.ended, server.isBack]);
  }
}

type Ended = Pick<PlayedRound, 'startedIn' | 'serverKilled'> & { readonly killedAt: Moment | null };

async function killStarting(stage: Stage, docket: DocketProcess, strike: Strike): Promise<Ended> {
  const killedAt = await stage.killSwitch.strike(docket, strike);
  return { killedAt, startedIn: null, serverKilled: false };
}

async function killServing(
  stage: Stage,
  docket: DocketProcess,
  strike: Strike,
  random: Random,
  lastServerKill: ServerKill,
): Promise<Ended> {
  const begun = performance.now();
  const url = await listening(docket);
  if (strike.moment !== 'idle') stage.address.isAt(url);
  const startedIn = performance.now() - begun;
  const server = killWhileServing(stage.server, random, lastServerKill);
  try {
    const killedAt = await stage.killSwitch.strike(docket, strike);
    return { killedAt, startedIn, serverKilled: server.isKilled };
  } finally {
    await Promise.all([stage.address.isGone(), server.isBack]);
  }
}

function refuseFailure(docket: DocketProcess, { killedAt, serverKilled }: Ended): void {
  if (killedAt === null) throw new ServiceFailed(`It ended by itself: ${lastWords(docket)}`);
  if (docket.complaints.length > 0 && !serverKilled) {
    throw new ServiceFailed(`It logged an error: ${lastWords(docket)}`);
  }
}

/** Resolves to where it listens. */
export async function listening(docket: DocketProcess): Promise<string> {
  const timer = new AbortController();
  const late = sleep(START_WITHIN, LATE, { signal: timer.signal }).catch(() => LATE);
  const url = await Promise.race([docket.listens, late]);
  timer.abort();
  if (url !== null && url !== LATE) return url;
  docket.kill();
  const how = url === LATE ? `within ${START_WITHIN / 1_000} s` : 'and ended';
  throw new ServiceFailed(`It did not start ${how}: ${lastWords(docket)}`);
}

export const lastWords = ({ complaints }: DocketProcess): string =>
  complaints.join('\n') || 'it said nothing';
