import { z } from 'zod';
import { requestText, toolArguments } from '../submit-request/submit-request.schema.js';

/** The text or the arguments as they shall be from now on, within the bounds of a submission; all else stays. */
export const editBody = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('chat').default('chat'), request: requestText }),
      z.strictObject({ kind: z.literal('tool'), args: toolArguments }),
    ],
    { error: ({ code }) => (code === 'invalid_union' ? 'expected chat or tool' : undefined) },
  )
  .meta({ id: 'EditBody' });
