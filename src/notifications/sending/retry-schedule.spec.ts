import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { RETRY_SCHEDULE, retryDelay } from './retry-schedule.js';

const HOUR = 3_600_000;

describe('The retry schedule', () => {
  it('tries ten times within about three days', () => {
    const delays = RETRY_SCHEDULE.map((_, index) => retryDelay(RETRY_SCHEDULE, index + 1, null, 0));
    expect(delays).toEqual(RETRY_SCHEDULE);
    const hours = RETRY_SCHEDULE.reduce((sum, delay) => sum + delay, 0) / HOUR;
    expect([RETRY_SCHEDULE.length + 1, Math.round(hours)]).toEqual([10, 76]);
    expect(retryDelay(RETRY_SCHEDULE, 10, null, 0)).toBeNull();
  });

  it('waits a fifth longer at the most, and as long as the receiver asks, up to a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: RETRY_SCHEDULE.length }),
        fc.option(fc.nat(100 * HOUR)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, asked, random) => {
          const delay = retryDelay(RETRY_SCHEDULE, attempts, asked, random) ?? 0;
          const planned = RETRY_SCHEDULE[attempts - 1] ?? 0;
          const wanted = Math.min(asked ?? 0, 24 * HOUR);
          expect(delay).toBeGreaterThanOrEqual(Math.max(planned, wanted));
          expect(delay).toBeLessThanOrEqual(Math.max(Math.ceil(planned * 1.2), wanted));
        },
      ),
    );
  });
});
