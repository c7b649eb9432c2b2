import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Keys } from '../../support/docket/identities.js';
import type { PlannedRequest } from '../plan/planned-request.js';

const MOST = 1_000;
const PLACEHOLDER = /\{\{(\w+)(?::(\w+))?\}\}/g;

/** What the service said that a caller can use again. */
const seen = z.looseObject({
  id: z.string().optional(),
  contentDigest: z.string().optional(),
  requester: z.string().optional(),
  endsAt: z.string().optional(),
  deadAt: z.string().optional(),
  position: z.string().nullish(),
  nextCursor: z.string().nullish(),
  nextAfter: z.string().nullish(),
  items: z.array(z.unknown()).optional(),
});

interface KnownRequest {
  readonly id: string;
  readonly contentDigest: string;
  readonly requester: string;
}

/**
 * Fills placeholders with what the running service is known to hold: `{{key:ada}}`, `{{id:7}}`, `{{digest}}` of the
 * request whose id was filled in last, `{{delegation:7}}`, `{{deadLetter:7}}`, `{{position:7}}`, `{{cursor:7}}`.
 */
export class KnownValues {
  private readonly requests: KnownRequest[] = [];
  private readonly delegations: string[] = [];
  private readonly deadLetters: string[] = [];
  private readonly positions: string[] = [];
  private readonly cursors: string[] = [];

  constructor(private readonly keys: Keys) {}

  /** Remembers what a body of the service tells, up to a bound. */
  learn(body: unknown): void {
    const { data } = seen.safeParse(body);
    if (!data) return;
    const { id, contentDigest, requester, endsAt, deadAt } = data;
    if (id && contentDigest && requester) {
      remember(this.requests, { id, contentDigest, requester }, (one) => one.id === id);
    }
    if (endsAt) remember(this.delegations, id);
    if (deadAt) remember(this.deadLetters, id);
    for (const position of [data.position, data.nextAfter]) remember(this.positions, position);
    remember(this.cursors, data.nextCursor);
    for (const item of data.items?.slice(0, 5) ?? []) this.learn(item);
  }

  /** Who submitted the request; `null` when that was not learnt. */
  requesterOf(id: string): string | null {
    return this.requests.find((request) => request.id === id)?.requester ?? null;
  }

  /** The request with every placeholder filled; the same each time, until more is learnt. */
  fill(request: PlannedRequest): PlannedRequest {
    let last = this.requests.at(-1);
    const fill = (text: string): string =>
      text.replaceAll(PLACEHOLDER, (whole, name: string, which = '0') => {
        if (name === 'digest') return last?.contentDigest ?? whole;
        if (name !== 'id') return this.valueOf(name, which) ?? whole;
        last = nth(this.requests, which);
        return last?.id ?? randomUUID();
      });
    return {
      ...request,
      target: fill(request.target),
      headers: request.headers.map(([name, value]) => [name, fill(value)]),
      body: request.body === null ? null : fill(request.body),
    };
  }

  private valueOf(name: string, which: string): string | undefined {
    if (name === 'key') return this.keys[which as keyof Keys];
    if (name === 'position') return nth(this.positions, which) ?? '0';
    if (name === 'cursor') return nth(this.cursors, which) ?? '';
    if (name === 'delegation') return nth(this.delegations, which) ?? randomUUID();
    if (name === 'deadLetter') return nth(this.deadLetters, which) ?? 'msg_none';
    return undefined;
  }
}

/** The latest stand at the end, and no value twice. */
function remember<T>(list: T[], value: T | null | undefined, same?: (one: T) => boolean): void {
  if (value === null || value === undefined) return;
  if (same ? list.some(same) : list.includes(value)) return;
  list.push(value);
  if (list.length > MOST) list.shift();
}

/** Half of the time one of the last few, which still wait for somebody. */
function nth<T>(list: readonly T[], which: string): T | undefined {
  const n = Number(which);
  return n % 2 === 0 ? list.at(-1 - ((n / 2) % Math.min(20, list.length))) : list[n % list.length];
}
