import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Occurrence } from './find-terms.js';
import { matchNear, matchSequence } from './match-terms.js';
import type { Token } from './tokenise.js';

const SIZE = 30;
const tokens: readonly Token[] = Array.from({ length: SIZE }, (_, position) => ({
  word: 'x',
  start: position * 2,
  end: position * 2 + 1,
  position,
}));

/** As the text is searched: in the order of their starts. */
const occurrences = fc
  .array(fc.record({ start: fc.nat(SIZE - 4), length: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 8,
  })
  .map((list) =>
    list
      .map(({ start, length }): Occurrence => ({ start, end: start + length }))
      .toSorted((a, b) => a.start - b.start),
  );

function everyChoice(lists: readonly (readonly Occurrence[])[]): Occurrence[][] {
  return lists.reduce<Occurrence[][]>(
    (chosen, list) => chosen.flatMap((some) => list.map((next) => [...some, next])),
    [[]],
  );
}

describe('matchSequence', () => {
  it('finds a sequence exactly when trying every choice finds one', () => {
    fc.assert(
      fc.property(
        fc.array(occurrences, { minLength: 2, maxLength: 3 }),
        fc.nat(6),
        (lists, gap) => {
          const inOrder = everyChoice(lists).filter((choice) =>
            choice.every((next, index) => {
              const before = choice[index - 1];
              return (
                before === undefined || (next.start >= before.end && next.start - before.end <= gap)
              );
            }),
          );
          const ends = new Set(inOrder.map((choice) => choice.at(-1)?.end));
          expect(new Set(matchSequence(lists, gap, tokens).map(({ end }) => end))).toEqual(ends);
        },
      ),
    );
  });
});

describe('matchNear', () => {
  it('finds only places that hold one of each, and any order will do', () => {
    const send = { start: 9, end: 10 };
    const secret = { start: 3, end: 5 };
    expect(matchNear([[send], [secret]], 7, tokens)).toEqual([{ start: 3, end: 10 }]);
    expect(matchNear([[secret], [send]], 7, tokens)).toEqual([{ start: 3, end: 10 }]);
    expect(matchNear([[secret], [send]], 6, tokens)).toEqual([]);
    expect(matchNear([[send], [send]], 6, tokens)).toEqual([]);
  });
});
