import type { RecordedTrace } from '../request-trace/trace.js';

/** What the service does by itself with a request that waits. */
export type DueStep = 'remind' | 'escalate' | 'expire';

/** When each is due next, ISO 8601; null: never again. */
export type NextSteps = Readonly<Record<DueStep, string | null>>;

const NOTHING: NextSteps = { remind: null, escalate: null, expire: null };

/** What is still to come of itself for a request that waits; nothing for any other. */
export function nextSteps({ status, approval }: RecordedTrace): NextSteps {
  if (status !== 'awaiting-approval' || approval === null) return NOTHING;
  const { reminders, escalation, expiresAt } = approval;
  return {
    remind: reminders.find(({ remindedAt }) => remindedAt === null)?.at ?? null,
    escalate: escalation?.escalatedAt === null ? escalation.at : null,
    expire: expiresAt,
  };
}

/** When the first of them is due; null: never. */
export const firstDue = ({ remind, escalate, expire }: NextSteps): string | null =>
  [remind, escalate, expire].filter((time) => time !== null).toSorted()[0] ?? null;

/** What is due by then, in the order of taking it; nothing else matters of what expired. */
export function dueSteps(next: NextSteps, now: string): readonly DueStep[] {
  const isDue = (step: DueStep) => next[step] !== null && next[step] <= now;
  if (isDue('expire')) return ['expire'];
  return (['escalate', 'remind'] as const).filter(isDue);
}
