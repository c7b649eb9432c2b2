import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { invalidRequest } from './validation.pipe.js';

const issuesOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues ?? [];

describe('What is wrong with a request', () => {
  it('is named field by field', () => {
    const schema = z.strictObject({ limit: z.number() });
    expect(invalidRequest(issuesOf(schema, { limit: 'x', other: 1 })).errors).toEqual([
      { path: 'limit', message: expect.stringContaining('number') },
      { path: 'other', message: 'There is no such field' },
    ]);
  });

  it('is named in short and in whole characters, whatever callers call their fields', () => {
    const names = Array.from({ length: 30 }, (_, n) => [`${n}${'😀'.repeat(8_000)}`, n]);
    const { errors, message } = invalidRequest(
      issuesOf(z.strictObject({}), Object.fromEntries(names)),
    );
    expect(errors).toHaveLength(20);
    expect(message.length).toBeLessThan(8_192);
    expect(message.isWellFormed()).toBe(true);
  });
});
