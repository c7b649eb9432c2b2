import type { Call } from '../../test/support/docket/http-client.js';
import type { Random } from '../traffic/random.js';
import type { Meter } from './meter.js';
import type { RecentRequests } from './recent-requests.js';

/** What those who make the load share. */
export interface Load {
  readonly call: Call;
  readonly meter: Meter;
  readonly random: Random;
  readonly recent: RecentRequests;
}
