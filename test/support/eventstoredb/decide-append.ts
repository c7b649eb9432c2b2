import type { LogRecord, LogStream, ProposedRecord } from './scripted-log.js';

export type ExpectedRevision = bigint | 'no-stream' | 'any' | 'stream-exists';

export type AppendDecision =
  | { readonly kind: 'write' }
  | {
      readonly kind: 'repeated';
      readonly revision: number;
      /** Missing when the stream was deleted since. */
      readonly last: LogRecord | undefined;
    }
  | { readonly kind: 'wrong-version'; readonly actual: number }
  | { readonly kind: 'deleted' };

/** What the server decides about an append, by the table of observed answers. */
export function decideAppend(
  stream: LogStream | undefined,
  expected: ExpectedRevision,
  proposed: readonly ProposedRecord[],
  isRemembered: (id: string) => boolean,
): AppendDecision {
  const head = (stream?.records.length ?? 0) - 1;
  if (stream?.deletion === 'tombstone') return { kind: 'deleted' };
  if (expected === 'any' || expected === 'stream-exists') {
    return decideWithoutVersion(stream, expected, proposed, isRemembered);
  }
  const version = expected === 'no-stream' ? -1 : Number(expected);
  if (version === head) return { kind: 'write' };
  if (version > head || stream === undefined) return { kind: 'wrong-version', actual: head };
  if (version === -1 && stream.deletion === 'soft') return decideForDeleted(stream, proposed);
  return repeatedAt(stream, version + 1, proposed) ?? { kind: 'wrong-version', actual: head };
}

/** Without an exact version the server knows a repetition only by the ids it still holds in memory. */
function decideWithoutVersion(
  stream: LogStream | undefined,
  expected: 'any' | 'stream-exists',
  proposed: readonly ProposedRecord[],
  isRemembered: (id: string) => boolean,
): AppendDecision {
  if (expected === 'stream-exists') {
    if (stream === undefined) return { kind: 'wrong-version', actual: -1 };
    if (stream.deletion === 'soft') return { kind: 'deleted' };
  }
  const first = proposed[0];
  const held = stream?.records.find(({ id }) => id === first?.id && isRemembered(id));
  if (stream === undefined || held === undefined) return { kind: 'write' };
  const actual = stream.records.length - 1;
  return repeatedAt(stream, held.revision, proposed) ?? { kind: 'wrong-version', actual };
}

function decideForDeleted(stream: LogStream, proposed: readonly ProposedRecord[]): AppendDecision {
  if (repeatedAt(stream, 0, proposed) === undefined) return { kind: 'write' };
  return { kind: 'repeated', revision: proposed.length - 1, last: undefined };
}

function repeatedAt(
  stream: LogStream,
  revision: number,
  proposed: readonly ProposedRecord[],
): AppendDecision | undefined {
  const held = stream.records.slice(revision, revision + proposed.length);
  const isSame = proposed.every(({ id }, at) => held[at]?.id === id);
  const last = held.at(-1);
  if (!isSame) return undefined;
  // An append without events is accepted wherever it would not conflict; at an old version it conflicts.
  if (last === undefined) return undefined;
  return { kind: 'repeated', revision: last.revision, last };
}
