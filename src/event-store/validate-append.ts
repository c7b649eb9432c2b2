import { EventStoreError } from './event-store.errors.js';
import { isJsonEvent } from './json-event.js';
import { MAX_APPEND_BYTES, NO_STREAM, type NewEvent } from './event-store.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Names that begin so belong to EventStoreDB itself, and its readers leave them out. */
const RESERVED_PREFIX = '$';

/**
 * Checks what every adapter refuses before it writes and returns the events with lower-case ids, as they are read back;
 * throws `EventStoreError` with `invalid` or `too-large`.
 */
export function validateAppend(
  stream: string,
  expectedVersion: number,
  events: readonly NewEvent[],
): readonly NewEvent[] {
  validateStream(stream);
  validateVersion(expectedVersion);
  if (events.length === 0) throw invalid(`The append to ${stream} holds no event.`);
  const validated = events.map(validateEvent);
  refuseRepeatedIds(validated);
  refuseTooLarge(stream, validated);
  return validated;
}

/** Throws `invalid` unless `stream` can be the name of a stream. */
export function validateStream(stream: string): void {
  if (!isName(stream)) throw invalid(`${JSON.stringify(stream)} cannot be the name of a stream.`);
}

/** Throws `invalid` unless `version` is that of an event, or -1. */
export function validateVersion(version: number): void {
  if (Number.isSafeInteger(version) && version >= NO_STREAM) return;
  throw invalid(`${version} is not the version of a stream.`);
}

/** Throws `invalid` unless `limit` is a whole number of 1 or more. */
export function validateLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw invalid(`${limit} is not a limit.`);
}

function validateEvent(event: NewEvent): NewEvent {
  const id = event.id.toLowerCase();
  if (!UUID.test(id) || id === NIL_UUID) {
    throw invalid(`${JSON.stringify(event.id)} is not an event id (a UUID).`);
  }
  if (!isName(event.type)) {
    throw invalid(`${JSON.stringify(event.type)} cannot be the type of an event.`);
  }
  if (!isJsonEvent(event)) refuseOtherTexts(event);
  return id === event.id ? event : { ...event, id };
}

function refuseOtherTexts({ id, data, metadata }: NewEvent): void {
  if (!isJson(data)) {
    throw invalid(`The data of event ${id} is not text as JSON.stringify writes it.`);
  }
  if (!isJsonObject(metadata)) {
    throw invalid(`The metadata of event ${id} is not an object as JSON.stringify writes it.`);
  }
}

function refuseRepeatedIds(events: readonly NewEvent[]): void {
  if (events.length === 1) return;
  if (new Set(events.map(({ id }) => id)).size < events.length) {
    throw invalid('Two events of the append have the same id.');
  }
}

function refuseTooLarge(stream: string, events: readonly NewEvent[]): void {
  let bytes = 0;
  for (const { data } of events) bytes += Buffer.byteLength(data);
  if (bytes <= MAX_APPEND_BYTES) return;
  throw new EventStoreError(
    'too-large',
    `The append to ${stream} has ${bytes} bytes of data, more than ${MAX_APPEND_BYTES}.`,
  );
}

const isName = (text: string): boolean =>
  text !== '' && !text.startsWith(RESERVED_PREFIX) && text.isWellFormed();

/**
 * EventStoreDB's client stores what `JSON.stringify` makes of the parsed text, so only such text is read back as it was
 * written, by every adapter alike. Text nested too deep for it is refused as well.
 */
function isJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

const isJsonObject = (text: string): boolean => text.startsWith('{') && isJson(text);

const invalid = (message: string): EventStoreError => new EventStoreError('invalid', message);
