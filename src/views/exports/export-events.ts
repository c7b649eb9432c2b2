import type { EventStore, Position, StoredEvent } from '../../event-store/event-store.js';
import {
  decode,
  STREAM_PREFIX,
  UnreadableEvent,
} from '../../governed-request/governed-request.codec.js';
import { eventMetadata } from '../../governed-request/governed-request.events.js';
import { writeRows, type Row } from './rows.js';
import { dataWithoutContent } from './without-content.js';

/** `trace-csv` and `trace-jsonl` are the notebook tutorial's form: `trace_id, ts, stage, payload`. */
export const EVENT_FORMATS = ['csv', 'jsonl', 'trace-csv', 'trace-jsonl'] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

export interface EventsExport {
  readonly format: EventFormat;
  /** Begins behind this position; null: with the first event. */
  readonly after: Position | null;
  /** Events at most; absent: all there are when the export gets there. */
  readonly limit?: number | undefined;
  /** Leaves out what people and agents wrote, for analysts. */
  readonly withoutContent: boolean;
  /** Is told of the events that are written, page by page. */
  readonly onWritten?: (events: readonly StoredEvent[]) => void;
}

/** Events held in memory at a time. */
const PAGE = 200;

const EVENT_COLUMNS =
  'id type stream version position recordedAt actor actorKind roles groups credential correlationId causationId data'.split(
    ' ',
  );
const TRACE_COLUMNS = ['trace_id', 'ts', 'stage', 'payload'];

/**
 * Yields one row an event of a governed request, oldest first, as text in pieces. An event that this version cannot
 * read is exported as it is stored, and without content with neither data. Throws `position-unknown`.
 */
export function exportEvents(
  store: EventStore,
  { format, after, limit = Infinity, withoutContent, onWritten = () => {} }: EventsExport,
): AsyncGenerator<string, void> {
  const isTrace = format === 'trace-csv' || format === 'trace-jsonl';
  const toRow = isTrace ? traceRow : eventRow;
  const dataOf = withoutContent ? countableData : storedData;
  const rows = pages(store, after, limit, (events) => {
    onWritten(events);
    return events.map((event) => toRow(event, dataOf(event)));
  });
  const rowFormat = format === 'csv' || format === 'trace-csv' ? 'csv' : 'jsonl';
  return writeRows(rowFormat, isTrace ? TRACE_COLUMNS : EVENT_COLUMNS, rows);
}

async function* pages(
  store: EventStore,
  after: Position | null,
  limit: number,
  toRows: (events: readonly StoredEvent[]) => readonly Row[],
): AsyncGenerator<readonly Row[]> {
  let position = after;
  let left = limit;
  while (left > 0) {
    const events = await store.readAll(position, PAGE);
    const last = events.at(-1);
    if (last === undefined) return;
    const ours = events.filter(({ stream }) => stream.startsWith(STREAM_PREFIX)).slice(0, left);
    yield toRows(ours);
    left -= ours.length;
    position = last.position;
  }
}

function eventRow(event: StoredEvent, data: object | null): Row {
  const metadata = metadataOf(event);
  const { id, type, stream, version, position } = event;
  return {
    id,
    type,
    stream,
    version,
    position: position.toString(),
    recordedAt: metadata?.recordedAt ?? null,
    actor: metadata?.actor ?? null,
    actorKind: metadata?.actorKind ?? null,
    roles: metadata?.roles ?? [],
    groups: metadata?.groups ?? [],
    credential: metadata?.credential ?? null,
    correlationId: metadata?.$correlationId ?? null,
    causationId: metadata?.$causationId ?? null,
    data,
  };
}

const traceRow = (event: StoredEvent, payload: object | null): Row => ({
  trace_id: event.stream.slice(STREAM_PREFIX.length),
  ts: metadataOf(event)?.recordedAt ?? null,
  stage: event.type,
  payload,
});

const metadataOf = ({ metadata }: StoredEvent) =>
  eventMetadata.safeParse(jsonObject(metadata)).data ?? null;

const storedData = ({ data }: StoredEvent): object | null => jsonObject(data);

function countableData(stored: StoredEvent): object | null {
  try {
    return dataWithoutContent(decode(stored));
  } catch (error) {
    if (error instanceof UnreadableEvent) return null;
    throw error;
  }
}

function jsonObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
