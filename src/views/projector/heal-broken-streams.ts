import type { ReadableEventStore } from '../../event-store/event-store.js';
import { decode, UnreadableEvent } from '../../governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import type { ViewDatabase } from '../database/view-database.js';
import { MisplacedEvent, type Projection } from '../projection.js';
import { readBrokenStreams, removeBrokenStream, type BrokenStream } from './broken-streams.js';
import { lockCheckpoints } from './checkpoints.js';

/**
 * Takes up streams that an older version of Docket had to leave, where this one can read them: applies what the view
 * missed of them, up to its checkpoint. Resolves to the streams that are whole again.
 */
export async function healBrokenStreams(
  store: ReadableEventStore,
  database: ViewDatabase,
  projections: readonly Projection[],
): Promise<readonly BrokenStream[]> {
  const healed: BrokenStream[] = [];
  for (const broken of await database.read(readBrokenStreams)) {
    const projection = projections.find(({ name }) => name === broken.view);
    if (projection && (await heal(store, database, projection, broken))) healed.push(broken);
  }
  return healed;
}

async function heal(
  store: ReadableEventStore,
  database: ViewDatabase,
  projection: Projection,
  broken: BrokenStream,
): Promise<boolean> {
  try {
    const events = (await store.readStream(broken.stream)).map(decode);
    if (events.length === 0) return false;
    return await database.write(async (trx) => {
      const { position } = (await lockCheckpoints(trx, [projection])).get(projection.name)!;
      const isMissed = (event: RecordedEvent) =>
        event.position >= BigInt(broken.position) &&
        position !== null &&
        event.position <= position;
      if (!(await removeBrokenStream(trx, broken))) return false;
      await projection.apply(trx, events.filter(isMissed));
      return true;
    });
  } catch (error) {
    if (error instanceof UnreadableEvent || error instanceof MisplacedEvent) return false;
    throw error;
  }
}
