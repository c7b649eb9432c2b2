import { join } from 'node:path';
import { createHttpClient, type HttpClient } from '../../test/support/docket/http-client.js';
import { writeKeyFile } from '../../test/support/docket/identities.js';
import { startDocketProcess, type DocketProcess } from '../docket/docket-process.js';
import { untilIdle } from '../docket/until-idle.js';
import { temporaryFolder } from '../temporary-folder.js';
import { seededRandom } from '../traffic/random.js';
import { driveLoad, fill } from './drive-load.js';
import { KINDS, type Kind } from './kinds.js';
import type { Load } from './load.js';
import { growth } from './memory.js';
import { Meter } from './meter.js';
import { RecentRequests } from './recent-requests.js';
import { errorLines, kindTable, memoryLines, truthLines } from './report-load.js';
import { compareWithTruth, isTrue, type Told } from './truth.js';
import { DocketWatch } from './watch-docket.js';

export interface LoadOptions {
  /** Submissions a second; the approvals of the amber ones come on top. */
  readonly rate: number;
  /** Reads a second. */
  readonly readers: number;
  readonly minutes: number;
  /** Instead of minutes. */
  readonly seconds?: number;
  readonly seed: number;
  /** Green requests before anything is measured: as many as it takes to fill every bounded cache. */
  readonly warmUp: number;
}

/** Seconds of the whole traffic before anything is measured: the first report compiles and allocates what no later one does. */
const WARM_UP = 20;

/** Milliseconds that the gateway takes. */
const LATENCY = [5, 50] as const;

/** Holds a stated rate of mixed traffic and says what it came to; the exit code is 1 unless all went as it should. */
export async function measureLoad(options: LoadOptions): Promise<void> {
  const folder = temporaryFolder();
  const keys = writeKeyFile(join(folder, 'keys.json'));
  const docket = await startDocketProcess();
  try {
    const settings = { DOCKET_DATA_DIR: folder, DOCKET_MAX_EXECUTIONS: '256' };
    const client = createHttpClient(await docket.open({ settings, latency: LATENCY }), keys);
    say(headline(options));
    if (!(await holdRate(docket, client, options))) process.exitCode = 1;
    await client.close();
  } finally {
    await docket.stop();
  }
}

/** Resolves to whether all went as it should. */
async function holdRate(
  docket: DocketProcess,
  client: HttpClient,
  options: LoadOptions,
): Promise<boolean> {
  const from = new Date();
  const load = newLoad(client, options.seed);
  const warming = await warmUp(load, options);
  await untilIdle(client);
  const watch = await driven(docket, load, options);
  await untilIdle(client);
  await watch.sample();
  const { calls } = await docket.usage();
  const told = toldBy([warming, load.meter], options.warmUp);
  const truth = await compareWithTruth(client.call, { from, calls, told });
  const grown = growth(watch.samples);
  say(`${memoryLines(watch.samples, grown)}\n${errorLines(load.meter)}\n${truthLines(truth)}`);
  const mayGrow = grown.verdict === 'grows' || grown.verdict === 'unclear';
  return truth.every(isTrue) && load.meter.errors.size === 0 && !mayGrow;
}

const newLoad = ({ call }: HttpClient, seed: number): Load => ({
  call,
  meter: new Meter(),
  random: seededRandom(seed),
  recent: new RecentRequests(),
});

/** Resolves to what was done and is not to be in the figures. */
async function warmUp(
  load: Load,
  { rate, readers, warmUp: requests }: LoadOptions,
): Promise<Meter> {
  await fill(load, requests);
  const meter = new Meter();
  await driveLoad({ ...load, meter }, { submissions: rate, reads: readers, seconds: WARM_UP });
  return meter;
}

/** Drives the service for the time asked for, and prints what that came to. */
async function driven(
  docket: DocketProcess,
  load: Load,
  options: LoadOptions,
): Promise<DocketWatch> {
  const { rate: submissions, readers: reads } = options;
  const seconds = secondsOf(options);
  const watch = new DocketWatch(docket, load.meter);
  await watch.sample();
  const stop = new AbortController();
  const watching = watch.during(seconds, stop.signal);
  const before = await docket.usage();
  await driveLoad(load, { submissions, reads, seconds });
  const after = await docket.usage();
  stop.abort();
  await watching;
  say(kindTable(load.meter, seconds));
  const share = (after.cpu - before.cpu) / (watch.elapsed * 1e4);
  say(`Docket took ${share.toFixed(0)} % of a processor core.`);
  return watch;
}

const secondsOf = ({ seconds, minutes }: LoadOptions): number => seconds ?? minutes * 60;

function toldBy(meters: readonly Meter[], filled: number): Readonly<Record<Kind, Told>> {
  const told = KINDS.map((kind) => {
    const figures = meters.map(({ kinds }) => kinds.get(kind)!);
    const counts = figures.map(({ latencies }) => latencies.percentiles().count);
    const answered = sum([...counts, kind === 'green' ? filled : 0]);
    return [kind, { answered, unknown: sum(figures.map(({ errors }) => errors)) }] as const;
  });
  return Object.fromEntries(told) as Record<Kind, Told>;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

function headline(options: LoadOptions): string {
  const { rate, readers, warmUp: requests, seed } = options;
  const traffic = `${rate} submissions/s (70 % green, half of them awaited, 20 % amber, 10 % red) and ${readers} reads/s`;
  const gateway = `a gateway that takes ${LATENCY.join(' to ')} ms`;
  return `${traffic} for ${secondsOf(options)} s, ${gateway}, seed ${seed}, after ${requests} requests and ${WARM_UP} s to warm up`;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
