import type {
  CallFailed,
  HeadRead,
  History,
  LogRead,
  ReadOutcome,
  StreamRead,
} from '../history.js';
import { acknowledgedBefore, isBeginningOf, versionBefore, type StoredLog } from './stored-log.js';
import type { Violation } from './violation.js';

type Read = StreamRead | LogRead | HeadRead;

const EXPECTED_CODES: ReadonlySet<string> = new Set(['unavailable', 'denied']);

/** What a read showed is what is stored, and at the least what was acknowledged before it began. */
export const checkReads = (history: History, log: StoredLog): readonly Violation[] => [
  ...history.streamReads.flatMap(
    (read) => checkFailure(read) ?? checkStreamRead(read, history, log),
  ),
  ...history.logReads.flatMap((read) => checkFailure(read) ?? checkLogRead(read, history, log)),
  ...history.headReads.flatMap((read) => checkFailure(read) ?? checkHead(read, history, log)),
];

function checkStreamRead(
  { stream, began, outcome }: StreamRead,
  { appends }: History,
  log: StoredLog,
): readonly Violation[] {
  if (outcome.kind !== 'read') return [];
  const events = outcome.value;
  if (!isBeginningOf(log.stream(stream), events)) {
    return [{ rule: 'read-wrong', text: `a read of ${stream} shows other events than are stored` }];
  }
  const known = versionBefore(appends, stream, began);
  if (events.length > known) return [];
  const text = `a read of ${stream} ends at version ${events.length - 1}, and ${known} was acknowledged before`;
  return [{ rule: 'read-missed', text }];
}

function checkLogRead(
  { limit, began, outcome }: LogRead,
  { appends }: History,
  log: StoredLog,
): readonly Violation[] {
  if (outcome.kind !== 'read') return [];
  const shown = outcome.value.length;
  if (shown > limit || !isBeginningOf(log.events, outcome.value)) {
    const text = `a read of ${limit} events shows ${shown}, and not the first ones of the log`;
    return [{ rule: 'read-wrong', text }];
  }
  const known = lastBefore(appends, began);
  const length = log.events.filter(({ position }) => position <= known).length;
  if (shown >= Math.min(limit, length)) return [];
  const text = `a read of ${limit} events shows ${shown}, and ${length} were acknowledged before`;
  return [{ rule: 'read-missed', text }];
}

function checkHead(
  { began, outcome }: HeadRead,
  { appends }: History,
  { events }: StoredLog,
): readonly Violation[] {
  if (outcome.kind !== 'read') return [];
  const head = outcome.value;
  const isStored = head === null || events.some(({ position }) => position === head);
  const known = lastBefore(appends, began);
  if (isStored && (head ?? -1n) >= known) return [];
  const text = `head() was ${head}, and ${known} was acknowledged before`;
  return [{ rule: 'head-wrong', text }];
}

const lastBefore = (appends: History['appends'], moment: number): bigint =>
  acknowledgedBefore(appends, moment).reduce(
    (last, { position }) => (position > last ? position : last),
    -1n,
  );

/** Undefined when the read was answered. */
function checkFailure(read: Read): readonly Violation[] | undefined {
  const outcome: CallFailed | ReadOutcome<unknown> = read.outcome;
  const what = 'stream' in read ? `a read of ${read.stream}` : 'a read of the log or its head';
  switch (outcome.kind) {
    case 'read':
      return undefined;
    case 'hung':
      return [{ rule: 'call-hung', text: `${what} did not end` }];
    case 'broke':
      return [{ rule: 'call-broke', text: `${what}: ${outcome.message}` }];
    case 'refused':
      if (EXPECTED_CODES.has(outcome.code)) return [];
      return [{ rule: 'code-unexpected', text: `${what}: ${outcome.code}` }];
  }
}
