import { z } from 'zod';
import type { LoggedEvent } from '../../views/event-log/logged-event.js';
import { printable } from '../printable.js';

const told = z
  .looseObject({
    risk: z.string(),
    category: z.string(),
    reason: z.string(),
    by: z.union([z.string(), z.array(z.string())]),
    comment: z.string().nullable(),
    code: z.string(),
    message: z.string(),
    runId: z.string().nullable(),
    latency: z.number(),
    alternative: z.string().nullable(),
  })
  .partial();
type Told = z.infer<typeof told>;

const TELLING: Readonly<Record<string, (data: Told) => string>> = {
  Submitted: () => '',
  Classified: ({ risk, category, reason }) => `${risk}, ${category}: ${reason}`,
  ApprovalRequested: () => 'it waits for a person',
  ApprovalGranted: ({ by, comment }) => `by ${String(by)}: ${comment}`,
  Approved: ({ by }) => `by ${String(by)}`,
  Blocked: ({ by, alternative }) => `by ${String(by)}. ${alternative ?? ''}`,
  ExecutionStarted: () => 'OpenClaw is called',
  Executed: ({ runId, latency }) => `in ${latency} ms${runId ? `, run ${runId}` : ''}`,
  ExecutionFailed: ({ code, message }) => `${code}: ${message}`,
  ExecutionOutcomeUnknown: ({ code, reason }) => `${code}: ${reason}`,
};

/** One event as a line of the demo. */
export function stepOf({ type, actor, data }: LoggedEvent): string {
  const text = TELLING[type]?.(told.parse(data)) ?? '';
  const who = type === 'Submitted' ? `by ${actor}` : text;
  return `${type.padEnd(18)} ${printable(who)}`.trimEnd();
}
