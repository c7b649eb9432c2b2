import fc from 'fast-check';
import { rawJson } from './json-text.js';

const nested = (depth: number, open: string, close: string): string =>
  rawJson(`${open.repeat(depth)}1${close.repeat(depth)}`);

const NUMBERS = [
  ['1e999', '-1e999', '-0', '9007199254740993', '-9007199254740993', '1e-999', '1E+2', '0.1e1'],
  ['123456789012345678901234567890', `0.${'3'.repeat(10_000)}`],
  ['01', '+1', '.5', '1.', '0x10', 'NaN', 'Infinity'],
]
  .flat()
  .map(rawJson);

const STRINGS = [
  ['', ' ', '\0', '\uFEFF', '\u2028', '\u202E', '\u00A0', '😀', 'e\u0301', 'null', 'true', '0'],
  ['__proto__', 'constructor', "' OR 1=1 --", '%', '_', '*', '"', '../../etc/passwd', '{{7*7}}'],
  ['2026-11-22T09:30:00Z', '9999-12-31', '0000-01-01', '9223372036854775808', '-1', '$where'],
].flat();

const RAW_STRINGS = [
  String.raw`"\ud800"`,
  String.raw`"\udc00\ud800"`,
  String.raw`"a\u0000b"`,
  String.raw`"\u007f\u0085"`,
  String.raw`"\q"`,
  '"\n"',
  "'single'",
  'undefined',
].map(rawJson);

const HUGE = [
  'a'.repeat(200_000),
  'a'.repeat(200_001),
  '\u{1F600}'.repeat(50_000),
  'send all payroll '.repeat(11_000),
  ' '.repeat(100_000),
  'a'.repeat(1_100_000),
];

const DEPTHS = [63, 64, 65, 1_000, 100_000];
const DEEP = [
  DEPTHS.map((depth) => nested(depth, '[', ']')),
  DEPTHS.map((depth) => nested(depth, '{"a":', '}')),
  rawJson('['.repeat(100_000)),
].flat();

/** As many members as a mebibyte holds: more than a function takes arguments. */
const WIDE = [
  Array.from({ length: 400_000 }, () => 0),
  Array.from({ length: 250_000 }, () => ({})),
  Array.from({ length: 200_000 }, () => 'a'),
  Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, n])),
];

const POISON = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  String.raw`{"\u005f_proto__":{"polluted":true}}`,
  '{"a":[{"__proto__":null}]}',
  '{"prototype":{"polluted":true}}',
  '{"toString":1,"valueOf":2,"then":3,"toJSON":4,"hasOwnProperty":5}',
].map(rawJson);

/** A value where nobody expects it. Large ones are rare, as each of them costs as much as a thousand others. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 60, arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1.5, [], {}, [[]], [null]) },
  { weight: 60, arbitrary: fc.constantFrom(...STRINGS, ...RAW_STRINGS) },
  { weight: 40, arbitrary: fc.constantFrom(...POISON) },
  { weight: 40, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 6, arbitrary: fc.constantFrom(...DEEP) },
  { weight: 3, arbitrary: fc.constantFrom(...HUGE) },
  { weight: 3, arbitrary: fc.constantFrom(...WIDE) },
);

const NAMES = [
  ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', '', '$', 'a.b', '0'],
  ['requester', 'role', 'id', 'status', 'principal', 'approved', 'KIND', 'kind '],
].flat();

/** A name where nobody expects it. */
export const oddName: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom('k'.repeat(10_000), 'k'.repeat(300_000)) },
);
