import { join, resolve } from 'node:path';
import { z } from 'zod';
import { oidcEnvironment } from './oidc-environment.js';
import { projectRoot } from './project-root.js';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1).max(10_000);
const secondsBetween = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+ ?s?$/, 'expected seconds, e.g. 180')
    .transform((text) => Number.parseInt(text, 10))
    .pipe(z.number().min(least).max(most));
const seconds = secondsBetween(1, 86_400);
const perMinute = z.coerce.number().int().min(0).max(1_000_000);
const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' });
const publicUrl = httpUrl
  .refine((text) => !/[?#@]/.test(text), 'expected an address without user, query and fragment')
  .transform((text) => text.replace(/\/+$/, ''));
const ORIGIN = /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$/;
const origins = z
  .string()
  .refine((text) => text.split(',').every((origin) => ORIGIN.test(origin.trim())), {
    error: 'expected origins such as https://console.example.com, separated by commas',
  });
const path = z
  .string()
  .min(1)
  .transform((given) => resolve(given));

/**
 * Every environment variable the service reads. The descriptions are what `docs/reference/configuration.md` says of
 * them; `npm run docs` writes it.
 */
export const settings = z.object({
  DOCKET_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen at.'),
  DOCKET_PORT: port.default(3000).describe('Port to listen at; 0 takes any free one.'),
  DOCKET_DATA_DIR: path
    .default(resolve('data'))
    .describe(
      'Folder for the event log, the views, the keys and the managed gateway. One folder serves one Docket. A relative path begins at the working directory.',
    ),
  DOCKET_EVENT_STORE: z
    .string()
    .regex(/^(sqlite$|esdb(\+discover)?:\/\/)/, 'expected `sqlite` or an esdb:// connection string')
    .default('sqlite')
    .describe(
      'Where events are kept: `sqlite` in the data directory, or EventStoreDB by its `esdb://` connection string.',
    ),
  DOCKET_VIEWS: z
    .string()
    .regex(/^(sqlite$|postgres(ql)?:\/\/)/, 'expected `sqlite` or a postgres:// address')
    .default('sqlite')
    .describe(
      'Where the read models are kept: `sqlite` for `views.db` in the data directory, or PostgreSQL 14 or newer by its address, `postgres://user:password@host:5432/database`, for all replicas. Parameters: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `options` (such as `-c search_path=docket`). Without `sslmode` the connection is not encrypted; without a password `PGPASSWORD` is taken. Up to 11 connections a replica, 14 with webhooks, never through a pooler in transaction mode.',
    ),
  DOCKET_MAX_VIEW_LAG: seconds
    .default(10)
    .describe(
      'Seconds that a read model may be behind the event log, 1 to 86400; beyond it the service says that it is not ready.',
    ),
  DOCKET_POLICY_DIR: path
    .default(join(projectRoot, 'policies', 'default'))
    .describe('Folder of the policy that classifies requests.'),
  DOCKET_KEYS_FILE: path
    .optional()
    .describe('File of the hashed API keys. Default: `keys.json` in the data directory.'),
  ...oidcEnvironment,
  DOCKET_RATE_LIMIT: perMinute
    .default(0)
    .describe(
      'Calls a minute that one identity may make, 1 to 1000000, of which it may make as many at once; beyond it they are answered 429 with `Retry-After`. Each replica counts for itself. 0: no limit.',
    ),
  DOCKET_AUTH_FAILURE_LIMIT: perMinute
    .default(600)
    .describe(
      'Calls a minute with a wrong key or token from one address (of IPv6 one /64), 1 to 1000000; beyond it they are answered 429, and tokens not seen before are not looked at. Good keys always pass. Behind a proxy all callers have its address. 0: no limit.',
    ),
  DOCKET_EXECUTION_DEADLINE: seconds
    .default(180)
    .describe('Seconds an execution may take, 1 to 86400, e.g. `180` or `180 s`.'),
  DOCKET_MAX_EXECUTIONS: count
    .default(16)
    .describe(
      'Executions at the same time, 1 to 10000. 65 times as many may run or wait their turn; then submissions are answered 503.',
    ),
  DOCKET_MAX_EXECUTIONS_PER_AGENT: count
    .optional()
    .describe('Of those, with one agent. Default: no bound of its own.'),
  DOCKET_MAX_EXECUTIONS_PER_REQUESTER: count
    .optional()
    .describe(
      'Of those, for one requester. Default: no bound of its own, as requesters who wait take turns anyway.',
    ),
  DOCKET_MAX_STREAMS: count
    .default(1_000)
    .describe(
      'Streams of events open at the same time, 1 to 10000; beyond it they are answered 503. Each is a connection.',
    ),
  DOCKET_MAX_STREAMS_PER_IDENTITY: count
    .default(100)
    .describe('Of these, how many one identity may have, 1 to 10000.'),
  DOCKET_CORS_ORIGINS: origins
    .optional()
    .describe(
      'Origins whose pages may call the service from a browser, `https://…` separated by commas; `http://` for this machine only. Default: none.',
    ),
  DOCKET_WEBHOOKS_FILE: path
    .optional()
    .describe(
      'YAML file of the endpoints that are told of requests by signed webhooks. Default: nobody is told.',
    ),
  DOCKET_PUBLIC_URL: publicUrl
    .optional()
    .describe(
      'Address under which people and services find this one; links in webhooks begin with it. Default: the address it listens at.',
    ),
  DOCKET_WEBHOOKS_ALLOW_PRIVATE: z
    .string()
    .optional()
    .describe(
      'Targets in the own network that webhooks may go to: addresses, ranges such as `10.1.0.0/16` and names, separated by commas. They may be `http://`. Default: none.',
    ),
  DOCKET_DRAIN_DELAY: secondsBetween(0, 600)
    .default(0)
    .describe(
      'Seconds between a signal to stop and the end of listening, 0 to 600. Meanwhile it takes requests and says at `/readyz` that it is shutting down, so that a load balancer sends them elsewhere: give it as long as its probe needs to notice.',
    ),
  DOCKET_MODEL: z
    .string()
    .min(1)
    .default('openai/gpt-4.1-mini')
    .describe('Model of the managed gateway when `OPENAI_API_KEY` is set.'),
  DOCKET_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('What is logged, as JSON lines on standard error.'),
  OPENCLAW_URL: httpUrl
    .optional()
    .describe(
      'Address of an OpenClaw gateway that is already there. Without it Docket runs its own.',
    ),
  OPENCLAW_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('Bearer token of that gateway; goes together with `OPENCLAW_URL`.'),
  OPENAI_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('Gives the managed gateway a real model. Without it the rehearsal model answers.'),
});
