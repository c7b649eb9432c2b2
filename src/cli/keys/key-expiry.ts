import { z } from 'zod';
import { parseDuration } from '../../policy/duration.js';
import { CommandFailed } from '../command-failed.js';

const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** The time that is meant by `90d` or `12h` from now on, or by an ISO 8601 time; throws `CommandFailed`. */
export function keyExpiry(text: string, now: Date): Date {
  const duration = parseDuration(text);
  const at = duration === null ? instantOf(text) : new Date(now.getTime() + duration);
  if (at > now) return at;
  throw new CommandFailed(`--expires ${text} is in the past.`);
}

function instantOf(text: string): Date {
  const { data } = instant.safeParse(text);
  if (data !== undefined) return new Date(data);
  throw new CommandFailed(
    '--expires takes a duration such as 90d or 12h, or a time such as 2027-01-31T00:00:00Z.',
  );
}
