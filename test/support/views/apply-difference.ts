import type { RequestContent } from '../../../src/governed-request/governed-request.events.js';
import type { TraceChange, TraceDifference } from '../../../src/views/request-trace/trace.js';

/** What the changes make of a content: what is only added comes last, and all else from the back, as it moves what follows. */
export function applied(before: RequestContent, { changes }: TraceDifference): unknown {
  const content: unknown = structuredClone(before);
  const isAddition = ({ start, removed }: TraceChange) => start === null && removed === undefined;
  for (const change of changes.toReversed()) if (!isAddition(change)) apply(content, change);
  for (const change of changes) if (isAddition(change)) apply(content, change);
  return content;
}

function apply(content: unknown, { path, start, removed, added }: TraceChange): void {
  const names = path.split('/').slice(1).map(unescaped);
  const last = names.pop()!;
  const holder = names.reduce<unknown>((value, name) => membersOf(value)[name], content);
  const members = membersOf(holder);
  if (start !== null) {
    const text = textOf(members[last]);
    const behind = text.slice(start + textOf(removed).length);
    members[last] = text.slice(0, start) + textOf(added) + behind;
  } else if (Array.isArray(holder) && removed === undefined) {
    holder.splice(Number(last), 0, added);
  } else if (Array.isArray(holder) && added === undefined) {
    holder.splice(Number(last), 1);
  } else if (added === undefined) {
    delete members[last];
  } else {
    // An assignment would set what `__proto__` inherits.
    const value = { value: added, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(members, last, value);
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const membersOf = (value: unknown) => value as Record<string, unknown>;

const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');
