import { describe, expect, it } from '@jest/globals';
import { tooDeep } from './json-body.js';

const nested = (depth: number, open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`);

describe('A body', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"b":1,"a":', '}]'],
  ])('nested by %s may be 64 levels deep, and no more', (open, close) => {
    const levels = open.startsWith('[{') ? 2 : 1;
    expect(tooDeep(nested(64 / levels, open, close))).toBeNull();
    expect(tooDeep(nested(64 / levels + 1, open, close))).toMatchObject({
      code: 'invalid-request',
    });
  });

  it('of any depth is looked through without exhausting the stack', () => {
    expect(tooDeep(nested(500_000, '[', ']'))).toMatchObject({ status: 400 });
  });

  it('may be as wide as it likes', () => {
    expect(tooDeep(Array.from({ length: 200_000 }, () => [1]))).toBeNull();
  });
});
