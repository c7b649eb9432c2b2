import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressBlock } from './address-block.js';
import { RateLimit } from './rate-limit.js';

describe('A limit of calls a minute', () => {
  let time = 0;
  const limit = (perMinute: number) => {
    time = 1_000_000;
    return new RateLimit(perMinute, () => time);
  };

  it('takes a minute’s calls at once, and tells when it takes the next', () => {
    const sixty = limit(60);
    for (let call = 0; call < 60; call += 1) expect(sixty.take('ada')).toBe(0);
    expect(sixty.take('ada')).toBe(1_000);
    expect(sixty.take('bob')).toBe(0);
    time += 999;
    expect(sixty.take('ada')).toBe(1);
    time += 1;
    expect(sixty.wait('ada')).toBe(0);
    expect(sixty.take('ada')).toBe(0);
    expect(sixty.take('ada')).toBe(1_000);
  });

  it('never takes more than two minutes’ calls in a minute, and never keeps anybody out for longer than a minute', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), pauses, (perMinute, waits) => {
        const bounded = limit(perMinute);
        const taken: number[] = [];
        for (const pause of waits) {
          time += pause;
          const wait = bounded.take('ada');
          expect(wait).toBeLessThanOrEqual(60_000);
          if (wait === 0) taken.push(time);
          const inLastMinute = taken.filter((at) => at > time - 60_000).length;
          expect(inLastMinute).toBeLessThanOrEqual(2 * perMinute);
        }
        time += 60_000;
        expect(bounded.take('ada')).toBe(0);
      }),
    );
  });

  it('is none for callers whose calls a clock that was set back made look late', () => {
    const one = limit(1);
    one.take('ada');
    time -= 3_600_000;
    expect(one.take('ada')).toBe(0);
    expect(one.take('ada')).toBe(60_000);
  });

  it('remembers ten thousand callers at the most, those first who still have to wait', () => {
    const one = limit(1);
    for (let caller = 0; caller < 9_999; caller += 1) one.take(`past ${caller}`);
    time += 60_001;
    one.take('waiting');
    for (let caller = 0; caller < 9_000; caller += 1) one.take(`later ${caller}`);
    expect(one.take('waiting')).toBeGreaterThan(0);
    for (let caller = 0; caller < 2_000; caller += 1) one.take(`last ${caller}`);
    expect(one.take('waiting')).toBe(0);
  });
});

describe('An address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('such as %s counts as %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });
});
