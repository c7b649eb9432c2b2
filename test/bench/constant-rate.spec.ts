import { describe, expect, it } from '@jest/globals';
import { atConstantRate } from '../../bench/traffic/constant-rate.js';

describe('A constant rate', () => {
  it('leaves out no call that was due while the process was held up, and counts it from when it was due', async () => {
    const due: number[] = [];
    const late: number[] = [];
    await atConstantRate({ perSecond: 200, seconds: 0.3 }, (time) => {
      due.push(time);
      late.push(performance.now() - time);
      if (due.length === 10) holdUp(100);
    });
    expect(due).toHaveLength(60);
    for (const [index, time] of due.entries()) expect(time).toBeCloseTo(due[0]! + index * 5, 3);
    expect(Math.max(...late)).toBeGreaterThan(90);
  });
});

function holdUp(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
