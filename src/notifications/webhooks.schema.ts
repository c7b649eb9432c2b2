import { z } from 'zod';
import { limit } from '../http/query.js';
import { risk } from '../governed-request/governed-request.events.js';
import { noticeType } from './notice-type.js';
import { deadLetter } from './queue/delivery.js';
import { failureCode } from './sending/failure.js';

export const deadLettersQuery = z.strictObject({
  limit,
  cursor: z.string().max(1_000).optional(),
  endpoint: z.string().max(100).optional(),
});

/** `not-configured`: it has deliveries left that nobody sends; `gone`: it answered 410. */
const endpointState = z.enum(['active', 'gone', 'not-configured']);

/** An endpoint without what could be used to write to it: of its address only the origin. */
const endpoint = z
  .strictObject({
    id: z.string(),
    state: endpointState,
    origin: z.string().nullable(),
    events: z.array(noticeType),
    risks: z.array(risk).nullable(),
    groups: z.array(z.string()).nullable(),
    /** Deliveries that are still tried, and when the oldest of them was queued. */
    pending: z.int(),
    oldestPending: z.string().nullable(),
    dead: z.int(),
  })
  .meta({ id: 'WebhookEndpoint' });

export const endpointList = z
  .strictObject({ items: z.array(endpoint) })
  .meta({ id: 'WebhookEndpoints' });
export type EndpointList = z.infer<typeof endpointList>;

export const deadLetterPage = z
  .strictObject({ items: z.array(deadLetter), nextCursor: z.string().nullable() })
  .meta({ id: 'DeadLetterPage' });
export type DeadLetterPage = z.infer<typeof deadLetterPage>;

export const replayResult = z.strictObject({ replayed: z.int() }).meta({ id: 'WebhookReplay' });
export type ReplayResult = z.infer<typeof replayResult>;

export const testResult = z
  .strictObject({
    delivered: z.boolean(),
    /** Why it was not. */
    failure: failureCode.nullable(),
    status: z.int().nullable(),
  })
  .meta({ id: 'WebhookTest' });
export type TestResult = z.infer<typeof testResult>;
