import { z } from 'zod';
import type { Position } from '../../event-store/event-store.js';
import type { NoticeType } from '../notice-type.js';
import { failureCode, type Failure } from '../sending/failure.js';

/** What one endpoint is to be told, before it is in the queue. */
export interface NewDelivery {
  /** The `webhook-id`: the same for the same event, endpoint and type, however often it is queued. */
  readonly id: string;
  readonly endpoint: string;
  readonly type: NoticeType;
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** Of the event that it tells of. */
  readonly position: Position;
}

/** A delivery that this process has taken on, for a bounded time. */
export interface TakenDelivery {
  readonly id: string;
  readonly type: string;
  readonly payload: string;
  /** Tries begun, this one too: says whose it is, should another process have taken it on meanwhile. */
  readonly attempts: number;
}

/** A try that failed, and when the next one is due; null: none is. */
export interface FailedTry {
  readonly failure: Failure;
  readonly retryAt: Date | null;
}

/** A delivery that was given up. */
export const deadLetter = z
  .strictObject({
    /** The `webhook-id`. */
    id: z.string(),
    endpoint: z.string(),
    type: z.string(),
    requestId: z.string(),
    queuedAt: z.string(),
    deadAt: z.string(),
    attempts: z.int(),
    /** Why the last try failed. */
    failure: failureCode,
    /** What it was answered with; null without an answer. */
    status: z.int().nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof deadLetter>;
