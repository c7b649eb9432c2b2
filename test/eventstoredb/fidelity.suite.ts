import { describe, expect, it } from '@jest/globals';
import { binaryEvent, jsonEvent, type EventData, type JSONType } from '@eventstore/db-client';
import { all, newEvent, newStream, type RawClient } from './raw-client.js';

/** Table A, last part: what is read back of what was written. */
export function observeFidelity(raw: () => RawClient): void {
  describe('what was written', () => {
    const readBack = async (event: EventData, stream = newStream()) => {
      await raw().append(stream, event, 'no_stream');
      const [read] = await all(raw().client.readStream(stream));
      if (!read?.event) throw new Error('Nothing was written.');
      return read.event;
    };

    it.each([
      { b: 1, a: 'é🎉\u0000', deep: { list: [1, [2]] }, big: 1e21 },
      [],
      [1, 'a'],
      null,
      false,
      '',
      0,
    ])('is read back as it was: %j', async (data) => {
      expect((await readBack(newEvent(data as unknown as JSONType))).data).toEqual(data);
    });

    it('has these fields and no others', async () => {
      const id = crypto.randomUUID();
      const metadata = { $correlationId: 'c', $causationId: 'd' };
      const stream = newStream();
      const event = await readBack(
        jsonEvent({ id, type: 'Observed', data: { a: 1 }, metadata }),
        stream,
      );
      expect(event).toEqual({
        streamId: stream,
        id,
        revision: 0n,
        type: 'Observed',
        data: { a: 1 },
        metadata,
        isJson: true,
        created: expect.any(Date),
        position: { commit: expect.any(BigInt), prepare: event.position?.commit },
      });
      const [read] = await all(raw().client.readStream(stream));
      expect(Object.keys(read ?? {}).toSorted()).toEqual(['commitPosition', 'event']);
    });

    it('keeps the time at which it was written', async () => {
      const stream = newStream();
      const event = await readBack(newEvent(), stream);
      expect(Math.abs(event.created.getTime() - Date.now())).toBeLessThan(5_000);
      const [again] = await all(raw().client.readStream(stream));
      expect(again?.event?.created).toEqual(event.created);
    });

    it.each([null, false, ''])('has no metadata when that was %j', async (metadata) => {
      const event = { ...newEvent(), metadata: metadata as unknown as Record<string, unknown> };
      expect((await readBack(event as EventData)).metadata).toBeUndefined();
    });

    it('has metadata in bytes as JSON where they are JSON, else as they were', async () => {
      const json = jsonEvent({ type: 'Observed', data: {}, metadata: Buffer.from('{"a":1}') });
      expect((await readBack(json)).metadata).toEqual({ a: 1 });
      const bytes = jsonEvent({ type: 'Observed', data: {}, metadata: Buffer.from([1, 2, 255]) });
      expect(Buffer.from((await readBack(bytes)).metadata as Uint8Array)).toEqual(
        Buffer.from([1, 2, 255]),
      );
    });

    it.each([[[]], [[0, 1, 255]]])('comes in bytes when it was bytes: %j', async (bytes) => {
      const event = binaryEvent({ type: 'Observed', data: Uint8Array.from(bytes) });
      const read = await readBack(event);
      expect(read.isJson).toBe(false);
      expect([...(read.data as Uint8Array)]).toEqual(bytes);
    });

    it('has lost its data when the client did not know what it was', async () => {
      const event = { ...newEvent({ a: 1 }), contentType: 'text/plain' } as unknown as EventData;
      const read = await readBack(event);
      expect(read.isJson).toBe(false);
      expect([...(read.data as Uint8Array)]).toEqual([]);
    });

    it.each([
      '0A1B2C3D-0000-7000-8000-00000000ABCD',
      '0a1b2c3d0000700080000000000ABCDE',
      '{0a1b2c3d-0000-7000-8000-00000000abcf}',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ])('has the id %s in small letters, with dashes', async (id) => {
      const digits = id.toLowerCase().replaceAll(/[{}-]/g, '');
      const { id: read } = await readBack(newEvent({}, id));
      expect(read).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(read.replaceAll('-', '')).toBe(digits);
    });

    it.each([
      '$x',
      '$$meta',
      '-',
      'ünïcode 漢字',
      ' leading',
      'a/b::c',
      'line\nbreak\u0000',
      '@#%?&',
    ])('stands in the stream named %j', async (begin) => {
      const stream = `${begin}${newStream()}`;
      expect((await readBack(newEvent(), stream)).streamId).toBe(stream);
    });

    it('stands in a stream with a name of 100,000 characters', async () => {
      const stream = `${newStream()}${'x'.repeat(100_000)}`;
      expect((await readBack(newEvent(), stream)).streamId).toBe(stream);
    });

    it.each(['$x', '漢字', 'x'.repeat(10_000)])('has its type', async (type) => {
      expect((await readBack({ ...newEvent(), type })).type).toBe(type);
    });

    it('has no lone surrogate in its stream name any more', async () => {
      const end = newStream();
      expect((await raw().append(`\ud800${end}`, newEvent())).success).toBe(true);
      expect(await raw().revisionsIn(`\ufffd${end}`)).toEqual([0n]);
    });
  });
}
