import type { Position } from '../event-store/event-store.js';
import type { EventMetadata, GovernedRequestEvent } from './governed-request.events.js';

/** A governed request's event as it was read back from the store. */
export type RecordedEvent = GovernedRequestEvent & {
  readonly id: string;
  /** The governed request's id: the stream's name without its category. */
  readonly requestId: string;
  readonly stream: string;
  readonly version: number;
  readonly position: Position;
  readonly metadata: EventMetadata;
};
