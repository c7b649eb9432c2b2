import { describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { EventStoreError, type EventStoreErrorCode } from '../event-store.errors.js';
import { MAX_APPEND_BYTES, NO_STREAM, type NewEvent } from '../event-store.js';
import { newStream, sampleEvent, sampleEvents } from './sample-log.contract.js';

const UNPAIRED = '"\ud800"';

const invalidEvents: readonly (readonly [string, Partial<NewEvent>])[] = [
  ['an id that is no UUID', { id: 'request-1' }],
  ['an empty id', { id: '' }],
  ['the nil UUID as its id', { id: '00000000-0000-0000-0000-000000000000' }],
  ['an id without dashes', { id: '0192f0c1a2b37c4d8e5f60718293a4b5' }],
  ['an empty type', { type: '' }],
  ['a type that EventStoreDB keeps for itself', { type: '$metadata' }],
  ['data that is no JSON text', { data: '{"content":' }],
  ['empty data', { data: '' }],
  ['data that UTF-8 cannot carry', { data: UNPAIRED }],
  ['data with spaces between its members', { data: '{"a": 1}' }],
  ['data with a member twice', { data: '{"a":1,"a":2}' }],
  ['data with a number that is not written so', { data: '1.0' }],
  ['metadata that is no JSON text', { metadata: '{metadata}' }],
  ['empty metadata', { metadata: '' }],
  ['metadata that is no object', { metadata: '["ada"]' }],
];

export function describeRefusals(subject: Subject): void {
  describe('refusing', () => {
    it('refuses an append without events', async () => {
      const stream = newStream();
      await refuses('invalid', stream, NO_STREAM, []);
      await subject.store.append(stream, NO_STREAM, sampleEvents(1));
      await refuses('invalid', stream, 0, []);
    });

    it.each(invalidEvents)('refuses an event with %s', async (_, flaw) => {
      await refuses('invalid', newStream(), NO_STREAM, [sampleEvent(), sampleEvent(flaw)]);
    });

    it('refuses the same id twice in one append', async () => {
      const event = sampleEvent();
      const again = sampleEvent({ id: event.id.toUpperCase() });
      await refuses('invalid', newStream(), NO_STREAM, [event, again]);
    });

    it.each([-2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
      'refuses %p as a version',
      async (version) => {
        await refuses('invalid', newStream(), version, sampleEvents(1));
      },
    );

    it.each(['', '$all', 'governedRequest-\ud800'])('refuses %j as a stream', async (stream) => {
      const head = await subject.store.head();
      const code = 'invalid';
      await expect(subject.store.append(stream, NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
        code,
      });
      await expect(subject.store.readStream(stream)).rejects.toMatchObject({ code });
      expect(await subject.store.head()).toBe(head);
    });

    it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'refuses %p as a limit',
      async (limit) => {
        await expect(subject.store.readAll(null, limit)).rejects.toMatchObject({ code: 'invalid' });
      },
    );

    it('accepts data of exactly the limit, counted in UTF-8 over the whole append', async () => {
      const stream = newStream();
      const half = MAX_APPEND_BYTES / 2;
      const events = [withData(half), withData(half)];
      const appended = await subject.store.append(stream, NO_STREAM, events);

      expect(appended.version).toBe(1);
      expect(await subject.store.readStream(stream)).toMatchObject(events);
    });

    it('refuses one byte more than the limit', async () => {
      const half = MAX_APPEND_BYTES / 2;
      await refuses('too-large', newStream(), NO_STREAM, [withData(half), withData(half + 1)]);
    });

    it('does not count metadata towards the limit', async () => {
      const event = { ...withData(MAX_APPEND_BYTES), metadata: `{"actor":"${'a'.repeat(5_000)}"}` };
      const { version } = await subject.store.append(newStream(), NO_STREAM, [event]);
      expect(version).toBe(0);
    });

    it('goes on after a refusal', async () => {
      const stream = newStream();
      const [refused, accepted] = await Promise.allSettled([
        subject.store.append(stream, NO_STREAM, []),
        subject.store.append(stream, NO_STREAM, sampleEvents(1)),
      ]);

      expect([refused.status, accepted.status]).toEqual(['rejected', 'fulfilled']);
      expect(await subject.store.readStream(stream)).toHaveLength(1);
    });
  });

  async function refuses(
    code: EventStoreErrorCode,
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<void> {
    const [held, head] = [await subject.store.readStream(stream), await subject.store.head()];
    const refusal: unknown = await subject.store
      .append(stream, expectedVersion, events)
      .catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(EventStoreError);
    expect(refusal).toMatchObject({ code });
    expect(await subject.store.readStream(stream)).toEqual(held);
    expect(await subject.store.head()).toBe(head);
  }
}

/** An event whose data is `bytes` long in UTF-8 but about half as many characters. */
function withData(bytes: number): NewEvent {
  const letters = bytes - 2;
  return sampleEvent({ data: `"${'é'.repeat(letters >> 1)}${letters % 2 === 1 ? 'e' : ''}"` });
}
