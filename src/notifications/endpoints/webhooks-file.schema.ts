import { z } from 'zod';
import { risk } from '../../governed-request/governed-request.events.js';
import { NOTICE_TYPES, noticeType } from '../notice-type.js';

const MAX_ENDPOINTS = 100;
const MAX_SECRETS = 5;

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected small letters, digits and hyphens, 63 at the most');

/** A secret that stands where its variable should is no name, or it would be repeated. */
const variable = z
  .string()
  .regex(
    /^(?!DOCKET_|whsec_)[A-Za-z_][A-Za-z0-9_]*$/,
    'expected the name of a variable, which does not begin with DOCKET_',
  );

/** The secret itself, or where it stands. */
const secret = z.union(
  [z.string(), z.strictObject({ env: variable }), z.strictObject({ file: z.string().min(1) })],
  { error: 'expected whsec_…, {env: NAME} or {file: path}' },
);
export type SecretReference = z.infer<typeof secret>;

const url = z
  .string({ error: 'expected an https:// address' })
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'expected an https:// address',
  })
  .transform((text) => new URL(text));

const some = <T extends z.ZodType>(item: T) => z.array(item).min(1, 'expected one at least');

const endpoint = z.strictObject({
  id,
  url,
  /** The first is the newest; more than one while one takes the place of another. */
  secrets: some(secret).max(MAX_SECRETS, `expected ${MAX_SECRETS} at the most`),
  events: some(noticeType).default([...NOTICE_TYPES]),
  risks: some(risk).nullable().default(null),
  groups: some(z.string().min(1)).nullable().default(null),
});

/** The file that `DOCKET_WEBHOOKS_FILE` names. */
export const webhooksFile = z.strictObject({
  endpoints: z
    .array(endpoint)
    .max(MAX_ENDPOINTS, `expected ${MAX_ENDPOINTS} at the most`)
    .refine((all) => new Set(all.map((one) => one.id)).size === all.length, {
      error: 'two endpoints have the same id',
    }),
});
export type WebhooksFile = z.infer<typeof webhooksFile>;
