import { z } from 'zod';
import { limit, position, time } from '../../http/query.js';
import { risk } from '../../governed-request/governed-request.events.js';
import { requestStatus, trace } from './trace.js';

const name = z.string().min(1).max(200);

/** The request as it was then: a time, or the position of an event. */
const asOf = z.union([position, time], {
  error: 'expected a time such as 2026-11-22T09:30:00Z, or the position of an event',
});

export const traceQuery = z.strictObject({
  asOf: asOf.optional(),
  /** Waits until the view has reached this position. */
  minPosition: position.optional(),
});
export type TraceQuery = z.infer<typeof traceQuery>;

export const listQuery = z.strictObject({
  status: requestStatus.optional(),
  risk: risk.optional(),
  category: name.optional(),
  requester: name.optional(),
  onBehalfOf: name.optional(),
  agent: name.optional(),
  tool: name.optional(),
  /** Name of the policy that classified it. */
  policy: name.optional(),
  /** Submitted then or later. */
  from: time.optional(),
  /** Submitted before then. */
  to: time.optional(),
  /** Words that all occur in the request, the tool, its arguments or the response. */
  q: name.optional(),
  limit,
  cursor: z.string().max(1_000).optional(),
  minPosition: position.optional(),
});
export type ListQuery = z.infer<typeof listQuery>;

export const tracePage = z
  .strictObject({
    items: z.array(trace).readonly(),
    nextCursor: z.string().nullable(),
    /** Position that the list stands at. */
    position: z.string().nullable(),
  })
  .meta({ id: 'TracePage' });
