import { z } from 'zod';
import { parseDuration } from './duration.js';

/** The terms of an approval, as they stand in `policy.yaml`. */

const MAX_QUORUM = 20;
const MAX_REMINDERS = 10;

const group = z.string().trim().min(1, 'must not be empty');

/** In milliseconds. */
const duration = z.string().transform((value, context) => {
  const milliseconds = parseDuration(value);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 24h, 90m or PT24H' });
  return z.NEVER;
});

const terms = z.strictObject({
  quorum: z.int().min(1).max(MAX_QUORUM),
  eligible: z.array(group).default([]),
  /** Of those who approve, so many at least from each of these groups. */
  atLeast: z.array(z.strictObject({ group, count: z.int().min(1) })).default([]),
  /** Only people may decide. */
  human: z.boolean().default(false),
  expiresAfter: duration,
  /** After this time members of these groups may decide as well. */
  escalation: z
    .strictObject({ after: duration, to: z.array(group).min(1, 'must name a group') })
    .nullable()
    .default(null),
  /** After these times approvers are reminded. */
  reminders: z.array(duration).max(MAX_REMINDERS).default([]),
});
type Terms = z.infer<typeof terms>;

type Mistake = readonly [path: readonly PropertyKey[], problem: string];

/** Terms that could never be met, or of which a part could never take effect, are mistakes. */
export const approvalEntry = terms.superRefine((entry, context) => {
  for (const [path, message] of mistakes(entry)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

function* mistakes(entry: Terms): Generator<Mistake> {
  yield* countMistakes(entry);
  yield* escalationMistakes(entry);
  yield* reminderMistakes(entry);
}

/**
 * How many people it takes to meet several counts depends on who is in which groups, which no policy knows: only what
 * is wrong whoever they are is found.
 */
function* countMistakes({ quorum, atLeast }: Terms): Generator<Mistake> {
  const seen = new Set<string>();
  for (const [index, { group: name, count }] of atLeast.entries()) {
    if (count > quorum) {
      yield [
        ['atLeast', index, 'count'],
        `asks for ${count} of "${name}" where the quorum is ${quorum}; raise the quorum or lower the count`,
      ];
    }
    if (seen.has(name)) {
      yield [['atLeast', index, 'group'], `names "${name}" again; give each group one count`];
    }
    seen.add(name);
  }
}

function* escalationMistakes({ eligible, escalation, expiresAfter }: Terms): Generator<Mistake> {
  if (escalation === null) return;
  if (escalation.after >= expiresAfter) {
    yield [['escalation', 'after'], 'must be shorter than expiresAfter, or it never comes'];
  }
  if (eligible.length === 0) {
    yield [
      ['escalation', 'to'],
      'lets nobody new decide, as without eligible every approver may; name the eligible groups',
    ];
  } else if (escalation.to.every((name) => eligible.includes(name))) {
    yield [['escalation', 'to'], 'lets nobody new decide; name a group that is not eligible yet'];
  }
}

function* reminderMistakes({ reminders, expiresAfter }: Terms): Generator<Mistake> {
  for (const [index, after] of reminders.entries()) {
    if (after >= expiresAfter) {
      yield [['reminders', index], 'must be shorter than expiresAfter, or it never comes'];
    }
    if (after <= (reminders[index - 1] ?? 0)) {
      yield [['reminders', index], 'must be longer than the one before it'];
    }
  }
}
