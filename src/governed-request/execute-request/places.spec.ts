import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Place, Places } from './places.js';

const SIZE = 6;
const SPARE = 2;

const placesTakenBy = (...requesters: readonly string[]): Places => {
  const places = new Places(SIZE, SPARE);
  for (const requester of requesters) new Place(places, requester).take();
  return places;
};

const many = (count: number, name = 'ada'): readonly string[] => Array<string>(count).fill(name);

describe('Places', () => {
  it('are all one requester’s as long as nobody else comes', () => {
    expect(placesTakenBy(...many(SIZE - 1)).areTakenFor('ada')).toBe(false);
    expect(placesTakenBy(...many(SIZE)).areTakenFor('ada')).toBe(true);
  });

  it('are kept for requesters with nothing in hand, one each', () => {
    const places = placesTakenBy(...many(SIZE));
    expect([places.areTakenFor('bob'), places.areTaken]).toEqual([false, true]);
    new Place(places, 'bob').take();
    expect([places.areTakenFor('bob'), places.areTakenFor('cleo')]).toEqual([true, false]);
    new Place(places, 'cleo').take();
    expect(places.areTakenFor('dan')).toBe(true);
  });

  it('are half for new requests while others that are on record want them', () => {
    const places = placesTakenBy(...many(SIZE / 2));
    places.areWanted = true;
    expect([places.areTakenFor('ada'), places.areTaken]).toEqual([true, false]);
    places.areWanted = false;
    expect(places.areTakenFor('ada')).toBe(false);
  });

  it('are never more than there are, whoever takes and leaves them how often', () => {
    const requester = fc.constantFrom('ada', 'bob', 'cleo', 'dan', 'eve');
    const acts = fc.array(fc.tuple(requester, fc.boolean(), fc.nat(20)), {
      maxLength: 80,
      size: 'max',
    });
    fc.assert(
      fc.property(acts, (played) => {
        const places = new Places(SIZE, SPARE);
        const held: { readonly place: Place; readonly requester: string }[] = [];
        for (const [name, comes, at] of played) {
          if (comes && !places.areTakenFor(name)) {
            const place = new Place(places, name);
            place.take();
            place.take();
            held.push({ place, requester: name });
          }
          if (!comes) {
            const [left] = held.splice(at % held.length, 1);
            left?.place.leave();
            left?.place.leave();
          }
          const holders = new Set(held.map((one) => one.requester)).size;
          expect(held.length).toBeLessThanOrEqual(holders < 2 ? SIZE : SIZE + SPARE);
          expect(places.areTaken).toBe(held.length >= SIZE);
          expect(places.areTakenFor('newcomer')).toBe(held.length >= SIZE + SPARE);
        }
      }),
    );
  });
});
