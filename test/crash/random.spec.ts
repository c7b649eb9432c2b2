import { describe, expect, it } from '@jest/globals';
import { drawStrike } from './kill/draw-strike.js';
import { EMBEDDED, ON_A_SERVER, type Moment } from './kill/moments.js';
import { randomOf } from './random.js';

const ROUNDS = 200;

/** The moments of a series, and how they are struck. */
function planOf(seed: number, weights = EMBEDDED) {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const random = randomOf(seed, 0, 'round', round);
    return drawStrike(random.pick(weights), random, 500);
  });
}

describe('The plan of a crash test', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(8)).not.toEqual(planOf(7));
  });

  it('comes to every moment, and to no moment of a file that is not there', () => {
    const moments = (weights?: typeof EMBEDDED) =>
      new Set(planOf(7, weights).map(({ moment }) => moment));
    expect([...moments()].toSorted()).toEqual(Object.keys(EMBEDDED).toSorted());
    const withoutLog: readonly Moment[] = ['log-writing', 'log-checkpoint'];
    expect(withoutLog.filter((moment) => moments(ON_A_SERVER).has(moment))).toEqual([]);
  });
});
