import { describe, expect, it } from '@jest/globals';
import { bucketStarts, type Interval } from './buckets.js';

const starts = (from: string, to: string, interval: Interval): readonly string[] =>
  bucketStarts(new Date(from), new Date(to), interval);

describe('The buckets of a report', () => {
  it.each<[Interval, string, string, string[]]>([
    ['hour', '2026-01-01T22:30:00Z', '2026-01-02T00:00:00Z', ['2026-01-01T22', '2026-01-01T23']],
    [
      'day',
      '2028-02-28T12:00:00Z',
      '2028-03-01T00:00:01Z',
      ['2028-02-28', '2028-02-29', '2028-03-01'],
    ],
    ['week', '2026-01-04T23:59:59Z', '2026-01-05T00:00:01Z', ['2025-12-29', '2026-01-05']],
    ['month', '2025-12-31T00:00:00Z', '2026-02-01T00:00:00Z', ['2025-12-01', '2026-01-01']],
  ])(
    'are whole %ss in UTC, from the one that the start falls into',
    (interval, from, to, expected) => {
      const found = starts(from, to, interval);
      expect(found.map((start, at) => start.slice(0, expected[at]?.length))).toEqual(expected);
      for (const start of found) expect(start).toMatch(/:00:00\.000Z$/u);
    },
  );

  it('are at most a thousand', () => {
    expect(starts('2026-01-01T00:00:00Z', '2026-02-11T16:00:00Z', 'hour')).toHaveLength(1_000);
    expect(() => starts('2026-01-01T00:00:00Z', '2026-02-11T16:00:00.001Z', 'hour')).toThrow(
      expect.objectContaining({ code: 'interval-too-fine' }),
    );
    expect(() => starts('0001-01-01T00:00:00Z', '9999-01-01T00:00:00Z', 'month')).toThrow('1000');
  });

  it('do not exist when the time ends before it begins', () => {
    for (const to of ['2026-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 'never']) {
      expect(() => starts('2026-01-01T00:00:00Z', to, 'day')).toThrow(
        expect.objectContaining({ code: 'invalid-range' }),
      );
    }
  });
});
