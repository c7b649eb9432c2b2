import type { Subject } from './classification.js';

/**
 * The text that is classified and that the offsets of findings point into. Of a chat, the request as it is. Of a tool
 * call, the tool's name and its action on the first line, then every string in its arguments on a line of its own,
 * depth first, objects in the order of their sorted keys (so that it does not depend on how the call was stored).
 */
export function subjectText(subject: Subject): string {
  if (subject.kind === 'chat') return subject.request;
  return [`${subject.tool} ${subject.action}`, ...stringsIn(subject.args)].join('\n');
}

/** Without recursion: arguments may be nested deeper than the stack. */
function stringsIn(value: unknown): string[] {
  const strings: string[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') strings.push(next);
    else for (const member of membersOf(next).toReversed()) open.push(member);
  }
  return strings;
}

function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return [...(value as readonly unknown[])];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, member]: [string, unknown]) => member);
}
