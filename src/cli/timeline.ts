import type { LoggedEvent } from '../views/event-log/logged-event.js';
import { printable } from './printable.js';

const WIDTH = 100;

/** One request's events as people read them: when, what, by whom, and the data below. */
export const timeline = (events: readonly LoggedEvent[]): string =>
  events.map((event, index) => entry(event, events[index - 1])).join('');

function entry(event: LoggedEvent, before: LoggedEvent | undefined): string {
  const { recordedAt, type, actor, version, position, data } = event;
  const head = `${recordedAt ?? 'unknown time'}  ${type}  by ${printable(actor ?? 'unknown')}`;
  const place = `version ${version}, position ${position}${since(event, before)}`;
  return `${head}  (${place})\n${fields(data)}\n`;
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
      return `    ${printable(name)}: ${shortened(printable(text))}\n`;
    })
    .join('');
}

const shortened = (text: string): string =>
  text.length <= WIDTH ? text : `${text.slice(0, WIDTH)}… (${text.length} characters)`;
