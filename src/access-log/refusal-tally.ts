import { addressBlock } from '../identity/rate-limit/address-block.js';
import type { AccessRecord } from './access-log.codec.js';

/** Addresses that are told apart at the same time; of more, refusals are counted together. */
const MAX_ADDRESSES = 1_000;

interface Counted {
  /** By `performance.now()`. */
  readonly until: number;
  readonly isOfAddress: boolean;
  /** The first that was counted and not passed on yet. */
  first: AccessRecord | null;
  times: number;
}

/**
 * Keeps the access log from being flooded by those whom no limit of calls holds: callers who cannot be told, and those who are
 * over their limit. The first of the very same refusals passes, those of the time after that are counted and are one record.
 */
export class RefusalTally {
  /** In the order of their ends. */
  readonly #counted = new Map<string, Counted>();
  #addresses = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pass: (record: AccessRecord) => void,
    /** Milliseconds that refusals are counted for. */
    private readonly span: number,
  ) {}

  /** Passes a record on, now or, as one of many, later. */
  add(record: AccessRecord): void {
    const key = floodKey(record);
    if (key === null) return this.pass(record);
    const known = this.#counted.get(key);
    if (known) return count(known, record);
    if (record.caller === null && this.#addresses >= MAX_ADDRESSES)
      return this.#addTogether(record);
    this.#open(key, record, record.caller === null);
  }

  /** Passes on what was counted so far. */
  passCounted(): void {
    for (const counted of this.#counted.values()) this.#passCounted(counted);
  }

  stop(): void {
    this.passCounted();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #addTogether(record: AccessRecord): void {
    const together = withoutAddress(record);
    const key = floodKey(together) ?? '';
    const known = this.#counted.get(key);
    if (known) count(known, together);
    else this.#open(key, together, false);
  }

  #open(key: string, record: AccessRecord, isOfAddress: boolean): void {
    const until = performance.now() + this.span;
    this.#counted.set(key, { until, isOfAddress, first: null, times: 0 });
    if (isOfAddress) this.#addresses += 1;
    this.#timer ??= setTimeout(() => this.#close(), this.span).unref();
    this.pass(record);
  }

  #close(): void {
    this.#timer = null;
    const now = performance.now();
    for (const [key, counted] of this.#counted) {
      if (counted.until > now) {
        this.#timer = setTimeout(() => this.#close(), counted.until - now).unref();
        return;
      }
      this.#counted.delete(key);
      if (counted.isOfAddress) this.#addresses -= 1;
      this.#passCounted(counted);
    }
  }

  #passCounted(counted: Counted): void {
    const { first, times } = counted;
    if (first?.event.type !== 'AccessRefused') return;
    counted.first = null;
    counted.times = 0;
    this.pass({ ...first, event: { ...first.event, data: { ...first.event.data, times } } });
  }
}

function count(counted: Counted, record: AccessRecord): void {
  counted.first ??= record;
  counted.times += 1;
}

/** The same for refusals that are counted together; null for what is recorded one by one. */
function floodKey({ caller, event: { type, data } }: AccessRecord): string | null {
  if (type !== 'AccessRefused' || (caller !== null && data.code !== 'rate-limited')) return null;
  const { method, route, code, address } = data;
  const from = caller ? [caller.id, caller.credential] : [address && addressBlock(address)];
  return JSON.stringify([...from, method, route, code]);
}

function withoutAddress(record: AccessRecord): AccessRecord {
  const { event } = record;
  if (event.type !== 'AccessRefused') return record;
  return { ...record, event: { ...event, data: { ...event.data, address: null } } };
}
