import { z } from 'zod';
import { commentUpTo } from '../decide-approval/decide-approval.schema.js';
import { resolvedOutcome } from '../governed-request.events.js';
import { isLegible } from '../is-legible.js';

/** What somebody found out, and how: an auditor reads the comment as its evidence. */
export const resolutionBody = z
  .strictObject({
    outcome: resolvedOutcome,
    comment: commentUpTo(2_000).refine(isLegible, 'must say how it was found out'),
  })
  .meta({ id: 'ResolutionBody' });
export type ResolutionBody = z.infer<typeof resolutionBody>;
