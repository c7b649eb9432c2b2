import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { RequestContent } from '../../../governed-request/governed-request.events.js';
import type { TraceChange, TraceDifference } from '../trace.js';
import { textChanges, wholeChange, type Effort, type TextChange } from './text-changes.js';

/** Comparisons of words that finding one difference may cost: some hundredths of a second. */
const EFFORT = 10_000_000;

/** Changes that anybody would look at one by one. */
const MAX_CHANGES = 1_000;

type Value = z.core.util.JSONType | undefined;
type Members = Readonly<Record<string, Value>>;
type Items = readonly Value[];

interface Search {
  readonly changes: TraceChange[];
  readonly effort: Effort;
  tooDifferent: boolean;
}

/** What became of a content, within a bounded time and never larger than both contents together and their paths. */
export function differenceOf(before: RequestContent, after: RequestContent): TraceDifference {
  const search: Search = { changes: [], effort: { left: EFFORT }, tooDifferent: false };
  compareMembers({ ...before }, { ...after }, '', search);
  const { changes, tooDifferent } = search;
  if (changes.length <= MAX_CHANGES) return { tooDifferent, changes };
  return { tooDifferent: true, changes: wholeMembers({ ...before }, { ...after }) };
}

function compare(before: Value, after: Value, path: string, search: Search): void {
  if (isDeepStrictEqual(before, after) || search.changes.length > MAX_CHANGES) return;
  if (typeof before === 'string' && typeof after === 'string') {
    compareTexts(before, after, path, search);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    compareItems(before, after, path, search);
  } else if (isObject(before) && isObject(after)) {
    compareMembers(before, after, path, search);
  } else {
    search.changes.push(changeOf(path, before, after));
  }
}

function compareTexts(before: string, after: string, path: string, search: Search): void {
  const found = textChanges(before, after, search.effort);
  search.tooDifferent ||= found === null;
  for (const change of found ?? [wholeChange(before, after)]) {
    search.changes.push(textChangeOf(path, change));
  }
}

function compareMembers(before: Members, after: Members, path: string, search: Search): void {
  for (const name of namesOf(before, after)) {
    const at = pointer(path, name);
    const [old, next] = [own(before, name), own(after, name)];
    if (old !== undefined && next !== undefined) compare(old, next, at, search);
    else search.changes.push(changeOf(at, old, next));
  }
}

/** What a longer list has more stands between what both begin and what both end with. */
function compareItems(before: Items, after: Items, path: string, search: Search): void {
  const begin = commonLength(before, after);
  const rest = Math.min(before.length, after.length) - begin;
  const end = Math.min(rest, commonLength(before.toReversed(), after.toReversed()));
  const old = before.slice(begin, before.length - end);
  const next = after.slice(begin, after.length - end);
  for (let index = 0; index < Math.max(old.length, next.length); index += 1) {
    const at = pointer(path, begin + index);
    if (index < old.length && index < next.length) compare(old[index], next[index], at, search);
    else search.changes.push(changeOf(at, old[index], next[index]));
  }
}

/** Each member that is not what it was, as a whole. */
const wholeMembers = (before: Members, after: Members): TraceChange[] =>
  namesOf(before, after).flatMap((name) => {
    const [old, next] = [own(before, name), own(after, name)];
    return isDeepStrictEqual(old, next) ? [] : [changeOf(pointer('', name), old, next)];
  });

/** Undefined for what is not there: JSON has no such value. */
const own = (members: Members, name: string): Value =>
  Object.hasOwn(members, name) ? members[name] : undefined;

const namesOf = (before: Members, after: Members): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();

/** RFC 6901. */
const pointer = (path: string, name: string | number): string =>
  `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const changeOf = (path: string, removed: Value, added: Value): TraceChange => ({
  path,
  start: null,
  ...(removed !== undefined && { removed }),
  ...(added !== undefined && { added }),
});

const textChangeOf = (path: string, { start, removed, added }: TextChange): TraceChange => ({
  path,
  start,
  ...(removed !== '' && { removed }),
  ...(added !== '' && { added }),
});

function commonLength(before: Items, after: Items): number {
  const different = before.findIndex(
    (item, index) => index >= after.length || !isDeepStrictEqual(item, after[index]),
  );
  return different === -1 ? before.length : different;
}

const isObject = (value: Value): value is { [name: string]: z.core.util.JSONType } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
