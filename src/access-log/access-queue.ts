import { accessStreamOf, type AccessRecord } from './access-log.codec.js';

/** What one append may hold: so many events, or about so many bytes of them. */
const MAX_BATCH = 500;
const MAX_BATCH_SIZE = 262_144;

/** Bytes of an event beside the ids that it names and what its caller chose, generously. */
const BASE_SIZE = 1_024;
const ID_SIZE = 39;

/** Records of one day, in the order of their calls. */
export interface AccessBatch {
  readonly stream: string;
  readonly records: readonly AccessRecord[];
  /** Bytes, about. */
  readonly size: number;
}

interface Waiting {
  readonly record: AccessRecord;
  readonly size: number;
  /** How often it came, of a refusal. */
  times: number;
}

/** Records that wait for their append. The very same refusals that wait at once are one record with a count. */
export class AccessQueue {
  readonly #refusals = new Map<string, Waiting>();
  #waiting: Waiting[] = [];
  #size = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** Bytes, about. */
  get size(): number {
    return this.#size;
  }

  get isBatchFull(): boolean {
    return this.length >= MAX_BATCH || this.#size >= MAX_BATCH_SIZE;
  }

  add(record: AccessRecord): void {
    const key = refusalKey(record);
    const known = key === null ? undefined : this.#refusals.get(key);
    if (known) {
      known.times += timesOf(record);
      return;
    }
    const waiting = { record, size: sizeOf(record), times: timesOf(record) };
    this.#waiting.push(waiting);
    this.#size += waiting.size;
    if (key !== null) this.#refusals.set(key, waiting);
  }

  /** The oldest records, as many as one append may hold; null when there is none. */
  take(): AccessBatch | null {
    const [first] = this.#waiting;
    if (first === undefined) return null;
    const stream = streamOf(first);
    let [count, size] = [0, 0];
    for (const next of this.#waiting) {
      const isTooMuch = count === MAX_BATCH || (count > 0 && size + next.size > MAX_BATCH_SIZE);
      if (isTooMuch || streamOf(next) !== stream) break;
      count += 1;
      size += next.size;
    }
    const taken = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#size -= size;
    for (const { record } of taken) this.#refusals.delete(refusalKey(record) ?? '');
    return { stream, records: taken.map(counted), size };
  }
}

const streamOf = ({ record }: Waiting): string => accessStreamOf(record.event.data.at);

const timesOf = ({ event: { data } }: AccessRecord): number => ('times' in data ? data.times : 1);

/**
 * Callers have few groups with short names and ask short questions, or up to 200 and long ones: an append that the store
 * finds too large would never be taken.
 */
function sizeOf({ caller, event: { data } }: AccessRecord): number {
  const chosen = JSON.stringify([caller?.groups, 'query' in data ? data.query : null]);
  return BASE_SIZE + ID_SIZE * data.requests.length + Buffer.byteLength(chosen);
}

/** The same for refusals that differ in nothing but their time; null for what is counted one by one. */
function refusalKey({ caller, event: { type, data } }: AccessRecord): string | null {
  if (type !== 'AccessRefused') return null;
  const { method, route, requests, code, address } = data;
  const from = caller ? [caller.id, caller.credential] : [address];
  return JSON.stringify([...from, accessStreamOf(data.at), method, route, requests, code]);
}

function counted({ record, times }: Waiting): AccessRecord {
  const { event } = record;
  return event.type === 'AccessRefused' && times > 1
    ? { ...record, event: { type: event.type, data: { ...event.data, times } } }
    : record;
}
