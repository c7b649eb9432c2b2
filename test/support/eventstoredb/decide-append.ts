import type { RememberedIds } from './remembered-ids.js';
import { isSoftDeleted, type LogRecord, type ScriptedLog } from './scripted-log.js';

export type ExpectedRevision = bigint | 'no-stream' | 'any' | 'stream-exists';

/** An append as far as deciding about it needs. */
export interface AppendQuestion {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly ids: readonly string[];
}

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

interface Held {
  readonly log: ScriptedLog;
  readonly remembered: RememberedIds;
}

/** What the server decides about an append, by the table of observed answers. */
export function decideAppend(held: Held, question: AppendQuestion): AppendDecision {
  const { log } = held;
  const stream = log.stream(question.stream);
  if (log.isTombstoned(question.stream)) return { kind: 'deleted' };
  const head = headOf(log, question.stream);
  const { expected } = question;
  if (expected === 'stream-exists') {
    if (stream && isSoftDeleted(stream)) return { kind: 'deleted' };
    if (head < 0 && headOf(log, `$$${question.stream}`) < 0) return wrongVersion(head);
  }
  if (expected === 'any' || expected === 'stream-exists') {
    return decideWithoutVersion(held, question, head);
  }
  const version = expected === 'no-stream' ? -1 : Number(expected);
  if (version === head) return { kind: 'write' };
  return version > head ? wrongVersion(head) : decideBehindHead(log, question, version, head);
}

/** Without an exact version the server knows a repetition only by the ids it still holds in memory. */
function decideWithoutVersion(
  { log, remembered }: Held,
  { stream, ids }: AppendQuestion,
  head: number,
): AppendDecision {
  const revisions = ids.map((id) => remembered.revisionOf(id, stream));
  const last = revisions.at(-1);
  if (revisions[0] === undefined) return { kind: 'write' };
  if (last === undefined || revisions.includes(undefined)) return wrongVersion(head);
  return repeated(log, stream, last);
}

/** At a version that has passed, only the very events that were written there are taken, as a repetition. */
function decideBehindHead(
  log: ScriptedLog,
  { stream, ids }: AppendQuestion,
  version: number,
  head: number,
): AppendDecision {
  const held = log.stream(stream);
  const unlike = ids.findIndex((id, at) => held?.records[version + 1 + at]?.id !== id);
  const isNew = unlike === 0 && version === -1;
  if (isNew && held && isSoftDeleted(held)) return { kind: 'write' };
  if (unlike !== -1 || ids.length === 0) return wrongVersion(head);
  return repeated(log, stream, version + ids.length);
}

function repeated(log: ScriptedLog, name: string, revision: number): AppendDecision {
  const stream = log.stream(name);
  const isReadable = BigInt(revision) >= (stream?.settings.truncateBefore ?? 0n);
  return {
    kind: 'repeated',
    revision,
    last: isReadable ? stream?.records[revision] : undefined,
  };
}

const headOf = (log: ScriptedLog, stream: string): number =>
  (log.stream(stream)?.records.length ?? 0) - 1;

const wrongVersion = (actual: number): AppendDecision => ({ kind: 'wrong-version', actual });
