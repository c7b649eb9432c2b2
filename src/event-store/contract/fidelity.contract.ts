import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { jsonEvent } from '../json-event.js';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type NewEvent } from '../event-store.js';
import { eventsOf, newStream, readLog, sampleEvent } from './sample-log.contract.js';

const telling: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['an empty string', '""'],
  ['an empty object', '{}'],
  ['a scalar', 'false'],
  ['text beyond ASCII', JSON.stringify('Prüfung für 日本語 👩‍💻 \u0000 \u2028')],
  ['escapes', JSON.stringify('"quoted" \\ / \b\f\n\r\t \u001f \ud800')],
  ['a key __proto__', '{"__proto__":{"polluted":true},"constructor":1}'],
  ['keys like integers', JSON.stringify({ b: 1, 10: 2, 2: 3, '01': 4, '-1': 5 })],
  ['numbers at the edge', JSON.stringify([1e21, 1e-7, 9_007_199_254_740_991, 5e-324, 1.5])],
  ['nesting 500 deep', `${'['.repeat(500)}{"deep":[]}${']'.repeat(500)}`],
];

/** Any JSON object as `JSON.stringify` writes it. */
const jsonObject = fc
  .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  .map((value) => JSON.stringify(value));
const jsonText = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value));

export function describeFidelity(subject: Subject): void {
  describe('the bytes of an event', () => {
    it.each(telling)('are read as they were written: %s', async (_, data) => {
      await readsBack([sampleEvent({ data, metadata: `{"value":${data}}` })]);
    });

    it('are read as they were written, whatever JSON they hold', async () => {
      const events = fc.array(
        fc.record({ data: jsonText, metadata: jsonObject }).map((texts) => sampleEvent(texts)),
        { minLength: 1, maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(events, async (written) => void (await readsBack(written))),
        { numRuns: 40 },
      );
    });

    it('are those of the values that an event was made of', async () => {
      const values = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
      await fc.assert(
        fc.asyncProperty(values, values, async (data, metadata) => {
          await readsBack([jsonEvent(randomUUID(), 'Approved', data, metadata)]);
        }),
        { numRuns: 20 },
      );
    });

    it('include a type of any letters', async () => {
      await readsBack([
        sampleEvent({ type: 'Geprüft 日本 👍' }),
        sampleEvent({ type: 'a'.repeat(300) }),
        sampleEvent({ type: 'Approved' }),
      ]);
    });

    it('survive a restart', async () => {
      const events = telling.map(([, data]) =>
        sampleEvent({ data, metadata: `{"value":${data}}` }),
      );
      const stream = await readsBack(events);
      await subject.restart();
      expect(await subject.store.readStream(stream)).toMatchObject(events);
    });

    it('come with the id in lower case', async () => {
      const stream = newStream();
      const event = sampleEvent();
      const upperCase = { ...event, id: event.id.toUpperCase() };
      await subject.store.append(stream, NO_STREAM, [upperCase]);
      expect((await subject.store.readStream(stream))[0]?.id).toBe(event.id);
    });
  });

  async function readsBack(events: readonly NewEvent[]): Promise<string> {
    const stream = newStream();
    const before = await subject.store.head();
    const { position } = await subject.store.append(stream, NO_STREAM, events);

    const stored = await subject.store.readStream(stream);
    expect(stored).toEqual(
      events.map((event, version) => ({
        ...event,
        stream,
        version,
        position: expect.any(BigInt),
      })),
    );
    expect(stored.at(-1)?.position).toBe(position);
    expect(eventsOf([stream], await readLog(subject.store, before))).toEqual(stored);
    return stream;
  }
}
