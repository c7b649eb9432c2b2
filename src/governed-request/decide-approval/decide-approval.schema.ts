import { z } from 'zod';
import { editBody } from '../amend-request/amend-request.schema.js';
import { isLegible } from '../is-legible.js';

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

const seen = z.string().regex(/^[0-9a-f]{64}$/, 'expected the contentDigest of the trace');

/** What a person or a group may be called, also in a key file that older rules allowed. */
export const someName = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed(), 'is no Unicode text');

/** Whom the caller stands in for; absent: their own right, or else that of whoever they stand in for. */
const standsInFor = someName.optional();

const verdict = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  contentDigest: seen,
  comment: comment.optional(),
  standsInFor,
});

const amendment = z.strictObject({
  decision: z.literal('amend'),
  contentDigest: seen,
  /** Why: whoever approves the amended content has to know. */
  comment: comment.refine(isLegible, 'must not be blank'),
  content: editBody,
  standsInFor,
});

/** An approver's decision on exactly the content they saw. */
export const decisionBody = z
  .discriminatedUnion('decision', [verdict, amendment], {
    error: ({ code }) =>
      code === 'invalid_union' ? 'expected approve, reject or amend' : undefined,
  })
  .meta({ id: 'DecisionBody' });
export type DecisionBody = z.infer<typeof decisionBody>;
