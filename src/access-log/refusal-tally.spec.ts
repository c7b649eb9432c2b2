import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Principal } from '../identity/principal.js';
import type { AccessRecord } from './access-log.codec.js';
import { RefusalTally } from './refusal-tally.js';

const MINUTE = 60_000;

const ada: Principal = {
  id: 'ada',
  kind: 'machine',
  roles: ['requester'],
  groups: [],
  credential: 'key:0123456789abcdef',
};

interface Attempt {
  readonly caller: Principal | null;
  readonly code: string;
  readonly address: string | null;
}

function refusal({ caller, code, address }: Attempt): AccessRecord {
  const callId = randomUUID();
  const data = {
    action: 'trace.read' as const,
    method: 'GET',
    route: '/v1/requests/:id',
    requests: [],
    status: 401,
    code,
    times: 1,
    address,
    at: '2026-11-22T09:00:00.000Z',
  };
  return { caller, event: { type: 'AccessRefused', data }, callId, correlationId: callId };
}

/** Records that were passed on, as who was refused how often. */
function tally(span = MINUTE) {
  const passed: (readonly [from: string | null, code: string, times: number])[] = [];
  const counting = new RefusalTally(({ caller, event: { data } }) => {
    if ('times' in data) passed.push([caller?.id ?? data.address, data.code, data.times]);
  }, span);
  return { counting, passed };
}

describe('Refusals that nobody is kept from provoking', () => {
  const attempt = fc.record({
    caller: fc.constantFrom(null, null, ada),
    code: fc.constantFrom('unauthenticated', 'rate-limited', 'forbidden'),
    address: fc.constantFrom('192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db8::2'),
  });
  const attempts = fc.array(attempt, { maxLength: 60 });

  it('are all counted, the first of them at once, and at most two records a minute', () => {
    fc.assert(
      fc.property(attempts, (made) => {
        const { counting, passed } = tally();
        for (const one of made) counting.add(refusal(one));
        const held = made.filter(({ caller, code }) => caller === null || code === 'rate-limited');
        const kinds = new Set(
          held.map(({ caller, code, address }) =>
            JSON.stringify([caller?.id ?? address.replace(/::.$/, ''), code]),
          ),
        );
        const others = made.length - held.length;
        expect(passed).toHaveLength(kinds.size + others);
        counting.stop();
        expect(passed.length).toBeLessThanOrEqual(2 * kinds.size + others);
        expect(passed.reduce((sum, [, , times]) => sum + times, 0)).toBe(made.length);
      }),
    );
  });

  it('are counted together from more than a thousand addresses', () => {
    const { counting, passed } = tally();
    const from = (count: number) => `198.51.${Math.floor(count / 256)}.${count % 256}`;
    for (let count = 0; count < 5_000; count += 1) {
      counting.add(refusal({ caller: null, code: 'unauthenticated', address: from(count) }));
    }
    counting.stop();
    expect(passed).toHaveLength(1_002);
    expect(passed.slice(-2)).toEqual([
      [null, 'unauthenticated', 1],
      [null, 'unauthenticated', 3_999],
    ]);
  });

  it('are passed on when their time is over, and those behind it are told anew', async () => {
    const { counting, passed } = tally(30);
    const again = () => counting.add(refusal({ caller: ada, code: 'rate-limited', address: null }));
    for (let count = 0; count < 4; count += 1) again();
    expect(passed).toEqual([['ada', 'rate-limited', 1]]);
    await sleep(80);
    expect(passed.slice(1)).toEqual([['ada', 'rate-limited', 3]]);
    again();
    expect(passed.slice(2)).toEqual([['ada', 'rate-limited', 1]]);
    counting.stop();
    expect(passed).toHaveLength(3);
  });
});
