import type { Registry } from 'prom-client';
import type { EventStreams } from '../views/event-log/event-streams.js';
import { counter, gauge } from './gauge.js';

/** Who follows the log, and who was too slow for it. */
export function streamMetrics(registry: Registry, streams: EventStreams): void {
  gauge(registry, 'docket_event_streams', 'Streams of events that are open', () => streams.open);
  counter(
    registry,
    'docket_event_stream_drops_total',
    'Readers of a stream of events who took nothing for too long and were dropped',
    () => streams.drops,
  );
}
