import { describe, expect, it } from '@jest/globals';
import { growth, type MemorySample } from '../../bench/load/memory.js';

const MEBIBYTE = 1_048_576;

/** Samples of a service that keeps so many bytes of each request, and whose memory breathes by half a mebibyte. */
const kept = (bytes: number, served = 60_000): readonly MemorySample[] =>
  Array.from({ length: 7 }, (_, index) => {
    const requests = (served / 6) * index;
    const breath = (index % 2) * 0.25 * MEBIBYTE;
    const heap = 60 * MEBIBYTE + breath + bytes * requests;
    return { seconds: index * 60, served: requests, heap, rss: heap + 90 * MEBIBYTE };
  });

describe('Memory under load', () => {
  it('is flat where nothing is kept of a request', () => {
    expect(growth(kept(0))).toMatchObject({ verdict: 'flat' });
  });

  it('grows where an identifier is kept of each', () => {
    const grown = growth(kept(52));
    expect(grown).toMatchObject({ verdict: 'grows' });
    expect(grown).toHaveProperty('heap.value', expect.closeTo(52, -1));
  });

  it('is unclear where a run is too short for what requests under way hold', () => {
    expect(growth(kept(17, 20_000))).toMatchObject({ verdict: 'unclear' });
  });

  it('is not judged by a few requests', () => {
    expect(growth(kept(52, 6_000))).toEqual({ verdict: 'too short' });
  });
});
