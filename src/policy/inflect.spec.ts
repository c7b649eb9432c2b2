import { describe, expect, it } from '@jest/globals';
import { inflect } from './inflect.js';

describe('inflect', () => {
  it.each([
    ['delete', 'deletes', 'deleted', 'deleting'],
    ['transfer', 'transfers', 'transferred', 'transferring'],
    ['copy', 'copies', 'copied', 'copying'],
    ['wipe', 'wipes', 'wiped', 'wiping'],
    ['push', 'pushes', 'pushed', 'pushing'],
    ['untie', 'unties', 'untied', 'untying'],
    ['free', 'frees', 'freed', 'freeing'],
  ])('knows the forms of %s', (word, ...forms) => {
    expect(inflect(word)).toEqual(expect.arrayContaining([word, ...forms]));
  });

  it('leaves alone what is no English word', () => {
    expect(inflect('rm')).toEqual(['rm']);
    expect(inflect('401k')).toEqual(['401k']);
  });
});
