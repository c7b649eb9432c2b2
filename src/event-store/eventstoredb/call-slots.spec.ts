import { describe, expect, it } from '@jest/globals';
import { CallSlots } from './call-slots.js';

const pending = () => Promise.withResolvers<string>();

describe('slots for calls to EventStoreDB', () => {
  it('let no more tries run at once than there are, and take those in line in their order', async () => {
    const slots = new CallSlots(2, 100);
    const tries = Array.from({ length: 4 }, pending);
    const begun: number[] = [];
    const running = tries.map(({ promise }, index) =>
      slots.run(() => {
        begun.push(index);
        return promise;
      }, 1_000),
    );
    await new Promise(setImmediate);
    expect([begun, slots.running, slots.waiting]).toEqual([[0, 1], 2, 2]);

    tries[1]?.resolve('second');
    expect(await running[1]).toBe('second');
    await new Promise(setImmediate);
    expect([begun, slots.running, slots.waiting]).toEqual([[0, 1, 2], 2, 1]);

    for (const { resolve } of tries) resolve('done');
    await Promise.all(running);
    expect([begun, slots.running, slots.waiting]).toEqual([[0, 1, 2, 3], 0, 0]);
  });

  it('take a try that waited too long for never sent, and leave its place to others', async () => {
    const slots = new CallSlots(1, 100);
    const first = pending();
    const running = slots.run(() => first.promise, 1_000);
    await expect(slots.run(() => Promise.resolve('late'), 20)).rejects.toMatchObject({
      failure: { kind: 'unavailable' },
    });
    expect(slots.waiting).toBe(0);
    first.resolve('done');
    await running;
    expect(await slots.run(() => Promise.resolve('next'), 20)).toBe('next');
  });

  it('are given back by tries that fail', async () => {
    const slots = new CallSlots(1, 100);
    await expect(slots.run(() => Promise.reject(new Error('broken')), 20)).rejects.toThrow(
      'broken',
    );
    expect(slots.running).toBe(0);
  });

  it('refuse calls at once when too many are under way, so that ten thousand do not fill the memory', async () => {
    const slots = new CallSlots(2, 3);
    const { promise, resolve } = pending();
    const admitted = Array.from({ length: 3 }, () => slots.admit(() => promise));
    await expect(slots.admit(() => promise)).rejects.toMatchObject({ code: 'unavailable' });
    resolve('done');
    await Promise.all(admitted);
    expect(await slots.admit(() => promise)).toBe('done');
  });
});
