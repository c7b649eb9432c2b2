import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, Position } from '../../event-store/event-store.js';
import { decode, streamOf } from '../../governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { traceOf } from './evolve-trace.js';
import type { RecordedTrace, Trace } from './trace.js';
import { versionsOf } from './versions/content-versions.js';

/** Requests as they were at some time, folded anew from their streams. */
@Injectable()
export class RequestHistory {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /**
   * The trace now, or as of a time or the position of an event; `null` when the request did not exist then. Throws
   * `position-unknown` for a position that is no event's.
   */
  async trace(id: string, asOf?: Date | Position): Promise<RecordedTrace | null> {
    if (typeof asOf === 'bigint') await this.store.readAll(asOf, 1);
    const events = (await this.store.readStream(streamOf(id))).map(decode);
    return traceOf(asOf === undefined ? events : happenedBy(events, asOf));
  }

  /** The versions of its content as far as this trace goes; reads the stream only where somebody amended it. */
  async versions({ id, version, approval }: RecordedTrace): Promise<Trace['versions']> {
    if (!approval?.decisions.some(({ decision }) => decision === 'amend')) return null;
    const events = await this.store.readStream(streamOf(id));
    return versionsOf(events.slice(0, version + 1).map(decode));
  }
}

/** The events up to the first later one: clocks of several replicas may disagree, the stream's order does not. */
function happenedBy(
  events: readonly RecordedEvent[],
  asOf: Date | Position,
): readonly RecordedEvent[] {
  const isLater = ({ position, metadata }: RecordedEvent): boolean =>
    typeof asOf === 'bigint' ? position > asOf : Date.parse(metadata.recordedAt) > asOf.getTime();
  const later = events.findIndex(isLater);
  return later === -1 ? events : events.slice(0, later);
}
