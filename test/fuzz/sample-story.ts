import type { Identity } from '../support/docket/identities.js';
import {
  DRAFT,
  MAIL_TO_ALL,
  SESSIONS,
  SUMMARY,
  TRANSFER,
} from '../support/docket/sample-requests.js';

/** What stands in the service before anything strange comes: requests of every colour. */
export const SAMPLE_REQUESTS: readonly (readonly [Identity, object])[] = [
  ['ada', SUMMARY],
  ['ada', DRAFT],
  ['ada', MAIL_TO_ALL],
  ['ada', TRANSFER],
  ['bob', SESSIONS],
  ['gus', DRAFT],
];
