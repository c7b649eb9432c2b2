import { describe, expect, it } from '@jest/globals';
import { randomBytes } from './random-bytes.js';

describe('Random bytes', () => {
  it('are sixteen, and others every time', () => {
    const drawn = Array.from({ length: 2_000 }, () => Buffer.from(randomBytes()).toString('hex'));
    expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([32]));
    expect(new Set(drawn).size).toBe(2_000);
  });
});
