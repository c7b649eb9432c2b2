import { z } from 'zod';
import { requestContent, type EventType } from '../governed-request/governed-request.events.js';
import type { LoggedEvent } from '../views/event-log/logged-event.js';
import type { TraceChange } from '../views/request-trace/trace.js';
import { differenceOf } from '../views/request-trace/versions/content-difference.js';
import { printable } from './printable.js';

const WIDTH = 100;
/** Changes of an amendment that are told one by one. */
const TOLD = 20;

/** One request's events as people read them: when, what, by whom, and the data below. */
export const timeline = (events: readonly LoggedEvent[]): string =>
  events.map((event, index) => entry(event, events.slice(0, index))).join('');

function entry(event: LoggedEvent, earlier: readonly LoggedEvent[]): string {
  const { recordedAt, type, actor, actorKind, version, position, data } = event;
  const who = `${printable(actor ?? 'unknown')}${actorKind === null ? '' : `, ${actorKind}`}`;
  const head = `${recordedAt ?? 'unknown time'}  ${type}  by ${who}`;
  const place = `version ${version}, position ${position}${since(event, earlier.at(-1))}`;
  const changes = changesBy(event, earlier).map((change) => field('changed', change));
  return `${head}  (${place})\n${fields(data)}${changes.join('')}\n`;
}

function since({ recordedAt }: LoggedEvent, before: LoggedEvent | undefined): string {
  if (!recordedAt || !before?.recordedAt) return '';
  return `, +${Date.parse(recordedAt) - Date.parse(before.recordedAt)} ms`;
}

function fields(data: LoggedEvent['data']): string {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return entries
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return field(name, shortened(printable(text)));
    })
    .join('');
}

const field = (name: string, text: string): string => `    ${printable(name)}: ${text}\n`;

/** What an amendment made of the content before; nothing for any other event. */
function changesBy(event: LoggedEvent, earlier: readonly LoggedEvent[]): readonly string[] {
  const before = event.type === AMENDED ? earlier.findLast(hasContent) : undefined;
  const [old, next] = [before, event].map((one) => contentData.safeParse(one?.data).data?.content);
  if (!old || !next) return [];
  const { changes } = differenceOf(old, next);
  const told = changes.slice(0, TOLD).map(changeText);
  return changes.length > TOLD ? [...told, `and ${changes.length - TOLD} more`] : told;
}

function changeText({ path, start, removed, added }: TraceChange): string {
  const place = start === null ? path : `${path} at ${start}`;
  return `${shortened(printable(place))}: ${stretch(removed)} → ${stretch(added)}`;
}

const AMENDED: EventType = 'ContentAmended';
const contentData = z.object({ content: requestContent });

const hasContent = ({ data }: LoggedEvent): boolean => contentData.safeParse(data).success;

const stretch = (value: TraceChange['added']): string =>
  value === undefined ? 'nothing' : shortened(printable(JSON.stringify(value)));

const shortened = (text: string): string =>
  text.length <= WIDTH ? text : `${text.slice(0, WIDTH)}… (${text.length} characters)`;
