import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

const after = (...ends: readonly (readonly [at: number, isAwaited: boolean])[]): Pace => {
  const pace = new Pace();
  for (const [at, isAwaited] of ends) pace.ended(at, isAwaited);
  return pace;
};

describe('The pace of executions', () => {
  it('is not known before one has ended', () => {
    expect(after().timeFor(8, 1_000)).toBeNull();
  });

  it('is that of the last ends, and slows down as long as none comes', () => {
    const pace = after([0, true], [100, true], [200, true], [300, true]);
    expect(pace.timeFor(8, 400)).toBe(800);
    expect(pace.timeFor(8, 4_000)).toBe(8_000);
  });

  it('forgets what is long ago', () => {
    const slow = Array.from({ length: 40 }, (_, at) => [at * 1_000, true] as const);
    const fast = Array.from({ length: 32 }, (_, at) => [40_000 + at, true] as const);
    expect(after(...slow, ...fast).timeFor(32, 40_032)).toBe(32);
  });

  it('is not taken from times in which nobody waited', () => {
    const pace = after([0, true], [1_000_000, false], [1_000_010, true], [1_000_020, true]);
    expect(pace.timeFor(2, 1_000_030)).toBe(20);
  });
});
