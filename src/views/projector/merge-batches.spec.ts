import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { StoredEvent } from '../../event-store/event-store.js';
import { mergeBatches } from './merge-batches.js';

const event = (version: number, data: string): StoredEvent => ({
  id: `${version}`,
  type: 'Any',
  stream: 'any',
  metadata: '{}',
  version,
  position: BigInt(version),
  data,
});

async function* inTurns(batches: readonly (readonly StoredEvent[])[]) {
  for (const batch of batches) {
    await nextTurn();
    yield batch;
  }
}

async function* failing() {
  yield [event(0, 'x')];
  throw new Error('connection lost');
}

describe('Merged batches', () => {
  it('hold every event once, in order, within the bounds', async () => {
    const sizes = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }), {
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        let version = 0;
        const batches = lengths.map((batch) => batch.map((n) => event(version++, 'x'.repeat(n))));
        const merged: (readonly StoredEvent[])[] = [];
        for await (const batch of mergeBatches(inTurns(batches), { events: 7, data: 40 })) {
          merged.push(batch);
        }
        expect(merged.flat()).toEqual(batches.flat());
        for (const batch of merged) {
          const size = batch.reduce((sum, { data }) => sum + data.length, 0);
          expect(batch.length).toBeLessThanOrEqual(7);
          expect(batch.length === 1 || size <= 40).toBe(true);
        }
      }),
    );
  });

  it('are as large as what has come while the last one was applied', async () => {
    const small = Array.from({ length: 50 }, (_, version) => [event(version, 'x')]);
    const sizes: number[] = [];
    for await (const batch of mergeBatches(inTurns(small), { events: 100, data: 1_000 })) {
      sizes.push(batch.length);
      await sleep(1);
    }
    expect(sizes.length).toBeLessThan(10);
  });

  it('fail where the subscription fails, behind what came before', async () => {
    const merged = mergeBatches(failing(), { events: 1, data: 10 });
    expect((await merged.next()).value).toHaveLength(1);
    await nextTurn();
    await expect(merged.next()).rejects.toThrow('connection lost');
  });
});
