import type { NewEvent, StoredEvent } from '../../../src/event-store/event-store.js';
import type { AppendRecord } from '../history.js';
import type { StoredLog } from './stored-log.js';
import type { Rule, Violation } from './violation.js';

/** Nobody sent anything that a server refuses for another reason than its own state. */
const EXPECTED_CODES: ReadonlySet<string> = new Set(['unavailable', 'denied']);

/** What an append was answered, against what the server holds of it. */
export const checkAppends = (
  appends: readonly AppendRecord[],
  log: StoredLog,
): readonly Violation[] => appends.flatMap((append) => checkAppend(append, log));

function checkAppend(append: AppendRecord, log: StoredLog): readonly Violation[] {
  const { outcome, events } = append;
  const stored = events.flatMap(({ id }) => log.placesOf(id));
  const twice = events.filter(({ id }) => log.placesOf(id).length > 1);
  if (twice.length > 0) return [violation('stored-twice', append, idsOf(twice))];
  if (outcome.kind === 'hung') return [violation('call-hung', append)];
  if (outcome.kind === 'broke') return [violation('call-broke', append, outcome.message)];
  if (outcome.kind === 'acknowledged') return checkAcknowledged(append, stored);
  if (outcome.kind === 'unknown') return stored.length === 0 ? [] : checkWhole(append, stored);
  const unexpected =
    outcome.kind === 'refused' && !EXPECTED_CODES.has(outcome.code)
      ? [violation('code-unexpected', append, outcome.code)]
      : [];
  const written = stored.length > 0 ? [violation('refused-but-stored', append, idsOf(stored))] : [];
  return [...unexpected, ...written];
}

function checkAcknowledged(
  append: AppendRecord,
  stored: readonly StoredEvent[],
): readonly Violation[] {
  const { outcome, events } = append;
  if (outcome.kind !== 'acknowledged') return [];
  const lost = events.filter(({ id }) => stored.every((event) => event.id !== id));
  if (lost.length > 0) return [violation('acknowledged-lost', append, idsOf(lost))];
  const last = stored.at(-1);
  const isThere = last?.version === outcome.version && last.position === outcome.position;
  const elsewhere = isThere
    ? []
    : [
        violation(
          'stored-elsewhere',
          append,
          `acknowledged at ${outcome.version}@${outcome.position}, stored at ${last?.version}@${last?.position}`,
        ),
      ];
  return [...elsewhere, ...checkWhole(append, stored)];
}

/** All of it, in one piece behind the version it was to follow, as it was sent. */
function checkWhole(append: AppendRecord, stored: readonly StoredEvent[]): readonly Violation[] {
  const { events, expectedVersion, stream } = append;
  if (stored.length < events.length) return [violation('stored-half', append, idsOf(stored))];
  const misplaced = stored.filter(
    (event, at) => event.stream !== stream || event.version !== expectedVersion + 1 + at,
  );
  const changed = stored.filter((event, at) => !sameContent(event, events[at]));
  return [
    ...(misplaced.length > 0 ? [violation('stored-elsewhere', append, idsOf(misplaced))] : []),
    ...(changed.length > 0 ? [violation('stored-differently', append, idsOf(changed))] : []),
  ];
}

const sameContent = (stored: NewEvent, sent: NewEvent | undefined): boolean =>
  stored.id === sent?.id &&
  stored.type === sent.type &&
  stored.data === sent.data &&
  stored.metadata === sent.metadata;

const idsOf = (events: readonly { readonly id: string }[]): string =>
  events.map(({ id }) => id).join(', ');

const violation = (rule: Rule, append: AppendRecord, more = ''): Violation => ({
  rule,
  text: `${describeAppend(append)}${more === '' ? '' : `: ${more}`}`,
});

const describeAppend = ({
  writer,
  stream,
  expectedVersion,
  events,
  outcome,
}: AppendRecord): string =>
  `writer ${writer}, ${events.length} events behind version ${expectedVersion} of ${stream}, ${outcome.kind}`;
