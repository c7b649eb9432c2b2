import { z } from 'zod';
import { holdsSecret } from './secrets.js';

const LONGEST_LINE = 8_192;
/** Of a thousand requests from strangers this many may leave a line in the log. */
const LINES_PER_THOUSAND = 1;
const FEW = 20;
/** What administrators replay leaves a line each time. */
const ABOUT_WEBHOOKS = /"endpoint":/;

const line = z.looseObject({ level: z.int(), msg: z.string() });

/** What is wrong with the log that this many requests left behind. */
export function logFaults(
  log: string,
  requests: number,
  secrets: readonly string[],
): readonly string[] {
  const lines = log.split('\n').filter((text) => text !== '');
  const allowed = FEW + (requests / 1_000) * LINES_PER_THOUSAND;
  const faults = lines.flatMap((text) => lineFaults(text, secrets));
  const uncalledFor = lines.filter((text) => !ABOUT_WEBHOOKS.test(text));
  if (uncalledFor.length > allowed)
    faults.push(`log: ${uncalledFor.length} lines, such as ${uncalledFor.at(-1)?.slice(0, 500)}`);
  return [...new Set(faults)].slice(0, FEW);
}

function lineFaults(text: string, secrets: readonly string[]): string[] {
  const begin = text.slice(0, 300);
  const faults: string[] = [];
  if (holdsSecret(text, secrets)) faults.push('log: a line holds a secret');
  if (text.length > LONGEST_LINE) faults.push(`log: a line of ${text.length} characters: ${begin}`);
  if (!isLogLine(text)) faults.push(`log: a line is no JSON: ${begin}`);
  return faults;
}

function isLogLine(text: string): boolean {
  try {
    return line.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
