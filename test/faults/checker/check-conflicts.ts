import { NO_STREAM } from '../../../src/event-store/event-store.js';
import type { AppendRecord } from '../history.js';
import { versionBefore, type StoredLog } from './stored-log.js';
import type { Violation } from './violation.js';

/** A conflict names a version at which the stream really stood at some time of the call, and not the expected one. */
export const checkConflicts = (
  appends: readonly AppendRecord[],
  log: StoredLog,
): readonly Violation[] =>
  appends.flatMap((append) => {
    const { outcome } = append;
    if (outcome.kind !== 'conflict') return [];
    const wrong = whatIsWrong(append, outcome, appends, log);
    if (wrong === undefined) return [];
    return [
      { rule: 'conflict-wrong', text: `writer ${append.writer} at ${append.stream}: ${wrong}` },
    ];
  });

function whatIsWrong(
  append: AppendRecord,
  { expected, actual }: { readonly expected: number; readonly actual: number },
  appends: readonly AppendRecord[],
  log: StoredLog,
): string | undefined {
  const { stream, expectedVersion, began, ended } = append;
  if (expected !== expectedVersion) return `expected ${expectedVersion}, told ${expected}`;
  if (actual === expected) return `told the version ${actual} that was expected`;
  const known = versionBefore(appends, stream, began);
  if (actual < known) return `told version ${actual}, and ${known} was acknowledged before`;
  if (actual === NO_STREAM) return undefined;
  const id = log.stream(stream)[actual]?.id;
  const source = appends.find(({ events }) => events.at(-1)?.id === id);
  if (id === undefined || source === undefined) return `no append ended at version ${actual}`;
  if (source.began > ended) return `version ${actual} was written later`;
  return undefined;
}
