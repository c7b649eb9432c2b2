import type { Position } from '../../event-store/event-store.js';
import { UnreadableEvent } from '../../governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { ViewTransaction } from '../database/view-tables.js';
import { MisplacedEvent, type Projection } from '../projection.js';
import {
  addBrokenStreams,
  brokenAt,
  readBrokenStreams,
  storedName,
  type BrokenStream,
} from './broken-streams.js';
import {
  isBehind,
  lockCheckpoints,
  writeCheckpoint,
  type Checkpoint,
  type Checkpoints,
} from './checkpoints.js';
import type { ReadEvent } from './read-event.js';

/** Events of the log without a gap, and the position that they follow on. */
export interface Batch {
  readonly after: Position | null;
  readonly events: readonly ReadEvent[];
}

export interface Applied {
  readonly checkpoints: Checkpoints;
  /** Streams that broke in this batch. */
  readonly broken: readonly BrokenStream[];
}

/** Somebody emptied a view meanwhile: events between its checkpoint and this batch would be left out. */
class GapBeforeBatch extends Error {
  override readonly name = 'GapBeforeBatch';
}

/** A projection met an event that does not follow. */
class StreamBroke extends Error {
  constructor(readonly broken: BrokenStream) {
    super(broken.reason);
  }
}

/**
 * Applies a batch to every view and moves their checkpoints, all in one transaction; what a view has already, it
 * skips. A stream with an event that cannot be read or applied is left at that event, and recorded as broken.
 */
export async function applyBatch(
  database: ViewDatabase,
  projections: readonly Projection[],
  batch: Batch,
): Promise<Applied> {
  const misplaced: BrokenStream[] = [];
  for (;;) {
    try {
      return await database.write((trx) => applyAll(trx, projections, batch, misplaced));
    } catch (error) {
      if (!(error instanceof StreamBroke)) throw error;
      misplaced.push(error.broken);
    }
  }
}

async function applyAll(
  trx: ViewTransaction,
  projections: readonly Projection[],
  batch: Batch,
  misplaced: readonly BrokenStream[],
): Promise<Applied> {
  const before = await lockCheckpoints(trx, projections);
  const known = await readBrokenStreams(trx);
  const checkpoints = new Map<string, Checkpoint>();
  const broken: BrokenStream[] = [];
  for (const projection of projections) {
    const { name } = projection;
    const checkpoint = before.get(name)!;
    if (isBehind(checkpoint.position, batch.after)) throw new GapBeforeBatch(`Before ${name}.`);
    const ofView = (streams: readonly BrokenStream[]) =>
      streams.filter(({ view }) => view === name);
    const sorted = sortOut(name, fresh(batch, checkpoint), ofView(known), ofView(misplaced));
    await applyTo(trx, projection, sorted.readable);
    broken.push(...sorted.broken);
    checkpoints.set(name, await moveCheckpoint(trx, name, checkpoint, batch));
  }
  await addBrokenStreams(trx, broken);
  return { checkpoints, broken };
}

/** What the view does not have yet. Positions only rise, so that an event which comes twice is taken once. */
function fresh({ events }: Batch, { position }: Checkpoint): readonly ReadEvent[] {
  let last = position;
  return events.filter(({ stored }) => {
    const isNew = isBehind(last, stored.position);
    if (isNew) last = stored.position;
    return isNew;
  });
}

/** Leaves out streams that are broken and those that break here. */
function sortOut(
  view: string,
  events: readonly ReadEvent[],
  known: readonly BrokenStream[],
  misplaced: readonly BrokenStream[],
): { readonly readable: readonly RecordedEvent[]; readonly broken: readonly BrokenStream[] } {
  const left = new Set(known.map(({ stream }) => stream));
  const breaking = new Map(misplaced.map((broken) => [broken.eventId, broken]));
  const readable: RecordedEvent[] = [];
  const broken: BrokenStream[] = [];
  for (const { stored, read } of events) {
    if (read === null || left.has(storedName(stored.stream))) continue;
    const breaks =
      read instanceof UnreadableEvent ? brokenAt(view, stored, read) : breaking.get(stored.id);
    if (breaks) {
      broken.push(breaks);
      left.add(breaks.stream);
    } else if (!(read instanceof UnreadableEvent)) readable.push(read);
  }
  return { readable, broken };
}

async function applyTo(
  trx: ViewTransaction,
  projection: Projection,
  events: readonly RecordedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  try {
    await projection.apply(trx, events);
  } catch (error) {
    if (!(error instanceof MisplacedEvent)) throw error;
    throw new StreamBroke(brokenAt(projection.name, error.event, error));
  }
}

async function moveCheckpoint(
  trx: ViewTransaction,
  view: string,
  checkpoint: Checkpoint,
  { events }: Batch,
): Promise<Checkpoint> {
  const last = events.at(-1)?.stored.position ?? null;
  if (!isBehind(checkpoint.position, last)) return checkpoint;
  const firstEvent = checkpoint.firstEvent ?? events[0]?.stored.id ?? null;
  await writeCheckpoint(trx, view, { position: last, firstEvent });
  return { position: last, firstEvent };
}
