import fc from 'fast-check';

const SEGMENTS = [
  ['..', '.', '%2e%2e', '..%2f..%2fetc%2fpasswd', '%2f', '%5c', '%00', '%2500', '%252e%252e'],
  ['%', '%zz', '%ff', '%c0%ae', '%ed%a0%80', '%', '', ' ', '%20', '*', ':id', '{id}', ';a=b'],
  ['__proto__', 'constructor', 'null', 'undefined', 'NaN', '0', '-1', '00000000', '~', '@', '#'],
  ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '\xff\xfe'],
  ['a'.repeat(5_000), 'a'.repeat(15_000), 'a'.repeat(40_000), '%61'.repeat(3_000)],
].flat();

/** One part of a path, where nobody expects it. */
export const oddSegment: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...SEGMENTS) },
  { weight: 1, arbitrary: fc.nat(999).map((n) => `{{id:${n}}}%00`) },
  { weight: 1, arbitrary: fc.nat(999).map((n) => `{{id:${n}}}.json`) },
  { weight: 1, arbitrary: fc.webPath() },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map(encodeURIComponent) },
);

const forgedCursor = fc
  .oneof(
    fc.constantFrom('[]', '{}', 'null', '["2026-11-22T09:30:00.000Z",""]', '[0,0]', '[['),
    fc.uuid().map((id) => JSON.stringify(['2026-11-22T09:30:00.000Z', id])),
    fc.constant(JSON.stringify(['9999-12-31T23:59:59.999Z', '\uD800'])),
    fc.json({ maxDepth: 2 }),
  )
  .map((text) => Buffer.from(text).toString('base64url'));

const POSITIONS = [
  ['-1', '0', '1', '1.5', '1e3', '0x10', '9223372036854775807', '9223372036854775808', '01'],
  ['9'.repeat(30), '9'.repeat(3_000), '%2B1', '1%20', '%00', '%EF%BC%91', 'NaN', 'Infinity'],
].flat();

const VALUES = [
  ['', '%00', '%ff', '%ed%a0%80', '%', '%zz', 'null', 'true', '[]', '%5B%5D', '%0d%0aX:%201'],
  ['2026-02-30', '2026-11-22T25:00:00Z', '%2B275760-09-13', '-271821-04-20', '2026-11-22T09:30'],
  ['0000-01-01', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-23:59', '%27%20OR%201=1--'],
  ['%25', '_', '*', '%22', 'a%20OR%20b', 'NEAR(a%20b)', '%E2%80%AE', 'q'.repeat(5_000)],
  ['a%20'.repeat(66), 'a'.repeat(201), 'a'.repeat(14_000), '1,2', '1;2', 'csv%00', 'CSV'],
].flat();

/** A value of a query parameter, where nobody expects it. */
export const oddQueryValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 3, arbitrary: fc.constantFrom(...POSITIONS) },
  { weight: 2, arbitrary: forgedCursor },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }).map(encodeURIComponent) },
);

const QUERIES = [
  ['', '&', '=', '==', '&&&&', '?', '??', '__proto__[a]=1', '__proto__=1', 'constructor=1', '#a'],
  ['q[]=1&q[]=2', 'q[a][b]=1', 'limit=1&limit=2', 'limit', 'limit=', 'format=csv&format=jsonl'],
  ['format[]=csv', 'q=a&q=b', 'asOf=1&asOf=2', '%6cimit=5', 'limit%00=5', '\xff=\xff'],
  [Array.from({ length: 1_500 }, (_, n) => `a${n}`).join('&'), 'limit=5&'.repeat(1_800)],
].flat();

/** The text behind the question mark, where nobody expects it. */
export const oddQuery: fc.Arbitrary<string> = fc.constantFrom(...QUERIES);
