import fc from 'fast-check';
import { HEADER_NAMES, ODD_HEADER_VALUES, STEERING_HEADERS } from './odd-headers.js';
import type { Header } from './planned-request.js';

const oddHeader: fc.Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...STEERING_HEADERS).map((header) => [header]) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...HEADER_NAMES), fc.constantFrom(...ODD_HEADER_VALUES))
      .map((header) => [header]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...STEERING_HEADERS).map((header) => [header, header]),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(99, 1_100, 2_100)
      .map((count) => Array.from({ length: count }, (_, n): Header => [`x${n % 500}`, '1'])),
  },
);

const KEYS = ['a', 'order-1', 'order-2', '!~'];

const usualHeader: fc.Arbitrary<readonly Header[]> = fc.oneof(
  fc.constantFrom<readonly Header[]>(
    [['Prefer', 'respond-async']],
    [['Prefer', 'wait=2']],
    [['X-Correlation-Id', 'matter-1']],
    [['Accept', 'application/json']],
  ),
  fc.constantFrom(...KEYS).map((key): Header[] => [['Idempotency-Key', key]]),
);

/** What else stands in the head of a request: mostly nothing, often something usual, now and then something odd. */
export const anyHeaders: fc.Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant([]) },
  { weight: 4, arbitrary: usualHeader },
  {
    weight: 4,
    arbitrary: fc.array(oddHeader, { minLength: 1, maxLength: 3 }).map((lists) => lists.flat()),
  },
);
