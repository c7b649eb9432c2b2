import { z } from 'zod';

const MAX_INT64 = 2n ** 63n - 1n;

/** How many items a page may have. */
export const limit = z.coerce.number().int().min(1).max(500).default(50);

/** A position as callers write it: a decimal string of a 64-bit integer. */
export const position = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'expected a position, a decimal number')
  .transform(BigInt)
  .refine((value) => value <= MAX_INT64, 'expected a position of 64 bits');

/** An ISO 8601 time with a zone, or a date, which is its midnight in UTC. */
export const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'expected a time such as 2026-11-22T09:30:00Z',
  })
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), 'expected a time that exists');
