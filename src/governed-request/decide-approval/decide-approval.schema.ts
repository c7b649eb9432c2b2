import { z } from 'zod';

/** A text of a person, of so many UTF-16 code units at the most; refused when it is no Unicode text. */
export const commentUpTo = (length: number) =>
  z
    .string()
    .max(length)
    .refine(
      (text) => text.isWellFormed(),
      'holds half of a surrogate pair, which is no Unicode text',
    );

export const comment = commentUpTo(4_000);

/** An approver's decision on exactly the content they saw. */
export const decisionBody = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    contentDigest: z.string().regex(/^[0-9a-f]{64}$/, 'expected the contentDigest of the trace'),
    comment: comment.optional(),
  })
  .meta({ id: 'DecisionBody' });
export type DecisionBody = z.infer<typeof decisionBody>;
