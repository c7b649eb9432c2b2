import { describe, expect, it } from '@jest/globals';
import { jsonEvent } from '@eventstore/db-client';
import { eventOfSize, newEvent, newEvents, newStream, type RawClient } from './raw-client.js';
import { messageTooLarge, refusalOf, tooLarge } from './refusal.js';

const LIMIT = 1_048_576;

/** Table A, third part: how large an append may be. */
export function observeSizes(raw: () => RawClient): void {
  describe('the data of one append', () => {
    it('may have 1,048,576 bytes, in one event or in several', async () => {
      await raw().append(newStream(), eventOfSize(LIMIT));
      await raw().append(newStream(), [eventOfSize(LIMIT - 10), eventOfSize(10)]);
    });

    it('may not have one byte more', async () => {
      for (const events of [[eventOfSize(LIMIT + 1)], [eventOfSize(LIMIT - 10), eventOfSize(11)]]) {
        const stream = newStream();
        expect(await refusalOf(() => raw().append(stream, events))).toEqual(tooLarge);
        await expect(raw().revisionsIn(stream)).rejects.toThrow('not found');
      }
    });

    it('is all that counts: metadata does not', async () => {
      const event = jsonEvent({
        type: 'Observed',
        data: {},
        metadata: { text: 'x'.repeat(15 * LIMIT) },
      });
      expect(await raw().append(newStream(), event)).toMatchObject({ nextExpectedRevision: 0n });
    });

    it('is too much for the connection at 16 MiB, and harms no other append', async () => {
      const [refusal, neighbour] = await Promise.all([
        refusalOf(() => raw().append(newStream(), eventOfSize(17 * LIMIT))),
        raw().append(newStream(), newEvent()),
      ]);
      expect(refusal).toEqual(messageTooLarge);
      expect(neighbour.success).toBe(true);
    });

    it('may be that of 5,000 small events', async () => {
      expect(await raw().append(newStream(), newEvents(5_000))).toMatchObject({
        nextExpectedRevision: 4_999n,
      });
    });
  });
}
