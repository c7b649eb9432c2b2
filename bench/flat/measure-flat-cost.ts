import { join, resolve } from 'node:path';
import { writeKeyFile } from '../../test/support/docket/identities.js';
import { startDocketProcess, type DocketProcess } from '../docket/docket-process.js';
import { temporaryFolder } from '../temporary-folder.js';
import {
  driveRound,
  EVENTS_PER_REQUEST,
  FIRST,
  type Driving,
  type FlatRound,
} from './drive-flat.js';
import { prepareStore } from './prepare-store.js';
import { flatTable, flatVerdict } from './report-flat.js';
import { WorkingCopy } from './working-copy.js';

export interface FlatOptions {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly requests: number;
  readonly connections: number;
  /** Folder that prepared stores are kept in for later runs. */
  readonly keep?: string;
}

/** What was measured of each store, in the order of their sizes. */
export type Measured = ReadonlyMap<WorkingCopy, readonly FlatRound[]>;

/** Rounds over the smallest store that nobody counts: until then, code is still being compiled. */
const WARM_UP_ROUNDS = 8;

/**
 * Decisions per second and latency by the number of events that are stored, in turns in one process of Docket, so that all sizes
 * meet the same compiled code. The exit code is 1 when the largest store is more than a tenth slower than the smallest.
 */
export async function measureFlatCost(options: FlatOptions): Promise<void> {
  const folder = temporaryFolder();
  const copies = await prepared(options, folder);
  const { requests, connections } = options;
  const keysFile = join(folder, 'keys.json');
  const common = { keys: writeKeyFile(keysFile), requests, connections };
  const docket = await startDocketProcess();
  const drive = (copy: WorkingCopy) => driveOver(docket, copy, { ...common, keysFile });
  const measured = new Map(copies.map((copy) => [copy, new Array<FlatRound>()]));
  try {
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await drive(copies[0]!);
    for (let round = 0; round < options.rounds; round += 1) {
      // There and back, so that no size always comes behind the same other one.
      const order = round % 2 === 0 ? copies : copies.toReversed();
      for (const copy of order) measured.get(copy)!.push(await drive(copy));
    }
  } finally {
    await docket.stop();
  }
  const verdict = flatVerdict(measured);
  process.stdout.write(`${headline(options)}\n${flatTable(measured)}\n${verdict.text}\n`);
  if (!verdict.isFlat) process.exitCode = 1;
}

async function prepared({ sizes, keep }: FlatOptions, folder: string): Promise<WorkingCopy[]> {
  const parent = keep === undefined ? join(folder, 'prepared') : resolve(keep);
  const copies: WorkingCopy[] = [];
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const begun = performance.now();
    const store = await prepareStore(parent, size, progress());
    const took = ((performance.now() - begun) / 1_000).toFixed(1);
    process.stderr.write(`\r${store.events} events stored, with their views (${took} s)\n`);
    copies.push(new WorkingCopy(store, join(folder, 'copies')));
  }
  return copies;
}

/** Says every second at the most what is being done. */
function progress(): (doing: string) => void {
  let said = 0;
  return (doing) => {
    if (performance.now() - said < 1_000) return;
    said = performance.now();
    process.stderr.write(`\r${doing} `);
  };
}

async function driveOver(
  docket: DocketProcess,
  copy: WorkingCopy,
  { keysFile, ...driving }: Omit<Driving, 'settings'> & { keysFile: string },
): Promise<FlatRound> {
  await copy.renew();
  const settings = {
    DOCKET_DATA_DIR: copy.folder,
    DOCKET_KEYS_FILE: keysFile,
    DOCKET_MAX_EXECUTIONS: '256',
  };
  const round = await driveRound(docket, { ...driving, settings });
  copy.grew((FIRST + driving.requests) * EVENTS_PER_REQUEST);
  return round;
}

const headline = ({ connections, rounds, requests }: FlatOptions): string =>
  `${connections} connections, ${rounds} rounds of ${requests} green requests (${EVENTS_PER_REQUEST} events each) over each store in turns, medians`;
