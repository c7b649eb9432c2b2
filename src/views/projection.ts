import { z } from 'zod';
import type { RecordedEvent } from '../governed-request/recorded-event.js';
import type { ViewTransaction } from './database/view-tables.js';

/** Turns events into the rows of one view. */
export interface Projection {
  /** Names the view, for its checkpoint and for people. */
  readonly name: string;
  /** Raised with every change of tables or rows: a view of another version is emptied and filled anew. */
  readonly version: number;
  /** Creates the view's empty tables. */
  create(trx: ViewTransaction): Promise<void>;
  /** Drops the view's tables, also those of other versions, where they exist. */
  drop(trx: ViewTransaction): Promise<void>;
  /**
   * Brings the rows up to date with `events`, which follow in log order, without a gap, on those applied before; how
   * they are cut into batches makes no difference. Throws `MisplacedEvent` for one that cannot follow in its stream.
   */
  apply(trx: ViewTransaction, events: readonly RecordedEvent[]): Promise<void>;
}

/** An event that does not follow from those before it in its stream: not Docket wrote it, or some were lost. */
export class MisplacedEvent extends Error {
  override readonly name = 'MisplacedEvent';

  constructor(
    readonly event: RecordedEvent,
    why: string,
  ) {
    super(
      `Event ${event.id} (${event.type}, ${event.stream}@${event.version}, position ${event.position}) is out of place: ${why}`,
    );
  }
}

const requestId = z.uuid();

/** Throws `MisplacedEvent` where the stream's name holds no id of a request: rows are kept under it. */
export function requireUuid(event: RecordedEvent): void {
  if (!requestId.safeParse(event.requestId).success) {
    throw new MisplacedEvent(event, 'the name of its stream holds no UUID');
  }
}
