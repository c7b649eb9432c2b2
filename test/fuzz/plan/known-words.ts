import fc from 'fast-check';
import {
  DRAFT,
  MAIL_TO_ALL,
  SUMMARY,
  TRANSFER,
  UPLOAD,
} from '../../support/docket/sample-requests.js';
import { ENDPOINTS } from '../webhook-endpoints.js';

const numbered = (name: string) => fc.nat(999).map((n) => `{{${name}:${n}}}`);

const position = numbered('position');

/** What an insider would put into a field of this name, so that not everything fails at the first check. An `id` is a request's. */
const WORDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  id: numbered('id'),
  'delegations/id': numbered('delegation'),
  'dead-letters/id': numbered('deadLetter'),
  endpoint: fc.constantFrom(...ENDPOINTS),
  contentDigest: fc.constant('{{digest}}'),
  cursor: numbered('cursor'),
  after: position,
  minPosition: position,
  asOf: position,
  agent: fc.constant('main'),
  tool: fc.constantFrom('sessions_list', 'exec', 'message'),
  requester: fc.constantFrom('ada', 'bob'),
  request: fc.constantFrom(
    ...[SUMMARY, DRAFT, MAIL_TO_ALL, TRANSFER, UPLOAD].map(({ request }) => request),
  ),
};

/** What is known to go into a field of this name; `null` when its schema says everything. */
export const knownWords = (name: string): fc.Arbitrary<string> | null =>
  Object.hasOwn(WORDS, name) ? (WORDS[name] ?? null) : null;
