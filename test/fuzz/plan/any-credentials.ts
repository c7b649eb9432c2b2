import fc from 'fast-check';
import { EVERYBODY } from '../../support/docket/identities.js';
import type { Header } from './planned-request.js';

/** Stands in every credential that is none: nothing the service says or logs may hold it. */
export const CANARY = 'canary-2f6b1c9e7d';

const VALUES = [
  `Bearer ${CANARY}`,
  `Bearer docket_0123456789abcdef_${CANARY.padEnd(43, 'x')}`,
  `Bearer {{key:ada}}${CANARY}`,
  `Bearer ${CANARY} {{key:ada}}`,
  `Bearer {{key:ada}}, Bearer ${CANARY}`,
  `Basic ${CANARY}`,
  CANARY,
  `Bearer "${CANARY}"`,
  `Bearer ${CANARY}\xff\xfe`,
  `Bearer ${CANARY}\0`,
  `Bearer ${CANARY}${'x'.repeat(14_000)}`,
  `Bearer ${CANARY}${' '.repeat(14_000)}x`,
  `Bearer __proto__${CANARY}`,
  'Bearer',
  'Bearer ',
  '',
  'Bearer __proto__',
  'Bearer\t{{key:ada}}',
];

const MALFORMED: readonly (readonly Header[])[] = [
  VALUES.map((value): Header[] => [['Authorization', value]]),
  [
    [
      ['Authorization', `Bearer ${CANARY}`],
      ['Authorization', 'Bearer {{key:ada}}'],
    ] satisfies Header[],
    [['Cookie', `authorization=${CANARY}`]] satisfies Header[],
    [['Proxy-Authorization', 'Bearer {{key:ada}}']] satisfies Header[],
  ],
].flat();

const bearer = (identity: string): Header[] => [['Authorization', `Bearer {{key:${identity}}}`]];

/** Somebody's key, no key, or what is none. Those who may do most come most often. */
export const anyCredentials: fc.Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(bearer('ada'), bearer('bob')) },
  { weight: 6, arbitrary: fc.constantFrom(bearer('grace'), bearer('audrey')) },
  { weight: 4, arbitrary: fc.constant(bearer('gus')) },
  { weight: 6, arbitrary: fc.constantFrom(...EVERYBODY.map(bearer)) },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.constantFrom(...MALFORMED) },
);
