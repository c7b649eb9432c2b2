import { describe, expect, it } from '@jest/globals';
import { byShare, seededRandom } from '../../bench/traffic/random.js';

describe('The order of a load', () => {
  const thousand = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1_000 }, () => byShare({ green: 70, amber: 20, red: 10 }, random));
  };

  it('is that of its seed', () => {
    expect(thousand(7)).toEqual(thousand(7));
    expect(thousand(8)).not.toEqual(thousand(7));
  });

  it('has the shares it was asked for', () => {
    const count = (colour: string) => thousand(7).filter((kind) => kind === colour).length;
    expect(count('green')).toBeCloseTo(700, -2);
    expect(count('amber')).toBeCloseTo(200, -2);
    expect(count('red')).toBeCloseTo(100, -2);
  });
});
