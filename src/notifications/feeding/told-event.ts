import { z } from 'zod';
import type { Position, StoredEvent } from '../../event-store/event-store.js';
import { STREAM_PREFIX } from '../../governed-request/governed-request.codec.js';
import {
  blockCode,
  groupCount,
  resolvedOutcome,
  risk,
} from '../../governed-request/governed-request.events.js';

const groups = z.array(z.string());

/** Codes are words of a closed set; anything else might be a text. */
const code = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .catch('unknown');

/**
 * As much of each event as webhooks tell of, and need to know for what they tell later. Of what a newer Docket writes into an event nothing
 * is asked, so that a replica of this version does not swallow it during an upgrade.
 */
const schemas = {
  Submitted: z.object({ content: z.object({ kind: z.enum(['chat', 'tool']) }) }),
  Classified: z.object({ risk, category: z.string() }),
  ContentAmended: z.object({}),
  ApprovalRequested: z.object({
    quorum: z.int(),
    eligible: groups,
    atLeast: z.array(groupCount.strip()).default([]),
    human: z.boolean().default(false),
    expiresAt: z.string(),
  }),
  ApprovalEscalated: z.object({ to: groups }),
  ApprovalReminded: z.object({ number: z.int() }),
  Approved: z.object({}),
  Blocked: z.object({ code: blockCode }),
  Executed: z.object({}),
  ExecutionFailed: z.object({ code }),
  ExecutionOutcomeUnknown: z.object({ code }),
  OutcomeResolved: z.object({ outcome: resolvedOutcome }),
} as const;

type ToldType = keyof typeof schemas;

/** An event of a governed request as far as webhooks go. */
export type ToldEvent = {
  readonly [T in ToldType]: {
    readonly type: T;
    readonly data: z.infer<(typeof schemas)[T]>;
    readonly id: string;
    readonly requestId: string;
    readonly version: number;
    readonly position: Position;
    readonly recordedAt: string;
  };
}[ToldType];

/** An event that webhooks would tell of cannot be read. */
export class UntoldEvent extends Error {
  override readonly name = 'UntoldEvent';
}

const requestId = z.uuid();
const metadata = z.object({ recordedAt: z.iso.datetime({ precision: 3 }) });

/** Reads an event; null for one that webhooks have nothing to do with. Throws `UntoldEvent`, which repeats nothing of it. */
export function readToldEvent(stored: StoredEvent): ToldEvent | null {
  const { id, stream, type, version, position } = stored;
  if (!stream.startsWith(STREAM_PREFIX) || !isTold(type)) return null;
  try {
    return {
      id,
      type,
      version,
      position,
      requestId: requestId.parse(stream.slice(STREAM_PREFIX.length)),
      recordedAt: metadata.parse(JSON.parse(stored.metadata)).recordedAt,
      data: schemas[type].parse(JSON.parse(stored.data)),
    } as ToldEvent;
  } catch {
    throw new UntoldEvent(`Event ${id} (${type}, position ${position}) cannot be read.`);
  }
}

const isTold = (type: string): type is ToldType => Object.hasOwn(schemas, type);
