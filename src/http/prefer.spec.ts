import { describe, expect, it } from '@jest/globals';
import { parsePrefer } from './prefer.js';

describe('A preference', () => {
  it.each([
    [undefined, 30_000, null],
    ['', 30_000, null],
    ['respond-async', 0, 'respond-async'],
    ['Respond-Async', 0, 'respond-async'],
    ['wait=0', 0, 'wait=0'],
    ['wait=5', 5_000, 'wait=5'],
    ['wait="5"', 5_000, 'wait=5'],
    ['handling=lenient, wait=5', 5_000, 'wait=5'],
    ['respond-async, wait=5', 5_000, 'wait=5'],
    ['wait=600', 600_000, 'wait=600'],
    ['wait=601', 600_000, 'wait=600'],
    ['wait=-1', 30_000, null],
    ['wait=soon', 30_000, null],
    ['wait=1.5', 30_000, null],
    ['wait=99999999', 30_000, null],
    ['respond-async-later', 30_000, null],
  ])('%j means waiting %i ms', (header, wait, applied) => {
    expect(parsePrefer(header)).toEqual({ wait, applied });
  });
});
