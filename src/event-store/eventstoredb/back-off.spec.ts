import { describe, expect, it } from '@jest/globals';
import { BackOff, pause } from './back-off.js';

describe('the wait before another try', () => {
  it('grows with each failure up to its limit, at random in its upper half, and begins anew', () => {
    const backOff = new BackOff(5_000);
    const steps = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000];
    for (let round = 0; round < 50; round += 1) {
      for (const step of steps) {
        const wait = backOff.next();
        expect(wait).toBeGreaterThanOrEqual(step / 2);
        expect(wait).toBeLessThanOrEqual(step);
      }
      backOff.reset();
    }
  });

  it('is not the same for those who failed together', () => {
    const waits = Array.from({ length: 20 }, () => new BackOff(1_000).next());
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  it('ends as soon as nobody wants the next try', async () => {
    const leave = new AbortController();
    const waiting = pause(10_000, leave.signal);
    leave.abort();
    await waiting;
    await pause(10_000, leave.signal);
  });
});
