import type { Registry } from 'prom-client';
import type { AccessLog } from '../access-log/access-log.js';
import { counter, gauge } from './gauge.js';

/** What the access log has, and what it could not take. */
export function accessMetrics(registry: Registry, accesses: AccessLog): void {
  gauge(
    registry,
    'docket_access_records_waiting',
    'Records of the access log that are not stored yet',
    () => accesses.waiting,
  );
  counter(
    registry,
    'docket_access_records_total',
    'Records of the access log that were stored',
    () => accesses.recorded,
  );
  counter(
    registry,
    'docket_access_turned_away_total',
    'Calls that were turned away as they could not have been recorded',
    () => accesses.turnedAway,
  );
}
