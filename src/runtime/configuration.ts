import { join } from 'node:path';
import type { z } from 'zod';
import type { OidcSettings } from '../identity/oidc/oidc-settings.js';
import type { LimitSettings } from '../identity/rate-limit/limits.js';
import { RETRY_SCHEDULE } from '../notifications/sending/retry-schedule.js';
import type { WebhookSettings } from '../notifications/webhook-settings.js';
import type { StreamSettings } from '../views/event-log/stream-settings.js';
import { ConfigurationError } from './configuration.error.js';
import { oidcOf } from './oidc-environment.js';
import { settings } from './settings.js';

/** Below the half minute or minute after which proxies give up a connection on which nothing comes. */
const STREAM_HEARTBEAT = 15_000;
const STREAM_PATIENCE = 60_000;
const STREAM_RECHECK = 5_000;
const STREAM_RETRY = 1_000;

/** What the Standard Webhooks specification recommends. */
const WEBHOOK_TIMEOUT = 15_000;
const WEBHOOK_ABANDONED_AFTER = 60_000;
const WEBHOOK_LOOK_EVERY = 1_000;
const WEBHOOK_FINISH_WITHIN = 10_000;

const environment = settings
  .refine((env) => (env.OPENCLAW_URL === undefined) === (env.OPENCLAW_TOKEN === undefined), {
    path: ['OPENCLAW_URL'],
    error: 'OPENCLAW_URL and OPENCLAW_TOKEN go together: set both or neither',
  })
  .refine((env) => env.DOCKET_OIDC_ISSUER === undefined || env.DOCKET_OIDC_AUDIENCE !== undefined, {
    path: ['DOCKET_OIDC_AUDIENCE'],
    error: 'is needed with DOCKET_OIDC_ISSUER, or the tokens of every application would be taken',
  });

/** How this process was configured; see `docs/reference/configuration.md`. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  /** Origins whose pages may call the service from a browser. */
  readonly corsOrigins: readonly string[];
  readonly dataDir: string;
  /** `sqlite` or an `esdb://` connection string, which may hold a password. */
  readonly eventStore: string;
  /** `sqlite` or a `postgres://` address, which may hold a password. */
  readonly views: string;
  /** Milliseconds that a view may be behind the log in a service that is ready. */
  readonly maxViewLag: number;
  readonly policyDir: string;
  readonly keysFile: string;
  /** Null: nobody calls with tokens. */
  readonly oidc: OidcSettings | null;
  readonly limits: LimitSettings;
  /** Milliseconds an execution may take. */
  readonly executionDeadline: number;
  readonly maxExecutions: number;
  readonly maxExecutionsPerAgent: number;
  readonly maxExecutionsPerRequester: number;
  readonly streams: StreamSettings;
  readonly webhooks: WebhookSettings;
  /** Milliseconds between a signal to stop and the end of listening. */
  readonly drainDelay: number;
  readonly model: string;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug';
  /** An OpenClaw gateway that is already there; otherwise a managed one is started. */
  readonly gateway: { readonly url: string; readonly token: string } | null;
  readonly openAiApiKey: string | null;
}

/** Reads the environment; throws `ConfigurationError` with one line that names every wrong variable, never its value. */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const result = environment.safeParse(withoutEmpty(env));
  const unknown = Object.keys(env).filter(isUnknownSetting);
  if (unknown.length > 0) throw new ConfigurationError(`${unknown.join(', ')}: no such setting`);
  if (!result.success) throw new ConfigurationError(result.error.issues.map(describe).join('; '));
  const parsed = result.data;
  return {
    host: parsed.DOCKET_HOST,
    port: parsed.DOCKET_PORT,
    corsOrigins: parsed.DOCKET_CORS_ORIGINS?.split(',').map((origin) => origin.trim()) ?? [],
    dataDir: parsed.DOCKET_DATA_DIR,
    eventStore: parsed.DOCKET_EVENT_STORE,
    views: parsed.DOCKET_VIEWS,
    maxViewLag: parsed.DOCKET_MAX_VIEW_LAG * 1000,
    policyDir: parsed.DOCKET_POLICY_DIR,
    keysFile: parsed.DOCKET_KEYS_FILE ?? join(parsed.DOCKET_DATA_DIR, 'keys.json'),
    oidc: oidcOf(parsed),
    limits: {
      perIdentity: parsed.DOCKET_RATE_LIMIT,
      failuresPerAddress: parsed.DOCKET_AUTH_FAILURE_LIMIT,
    },
    executionDeadline: parsed.DOCKET_EXECUTION_DEADLINE * 1000,
    maxExecutions: parsed.DOCKET_MAX_EXECUTIONS,
    maxExecutionsPerAgent: parsed.DOCKET_MAX_EXECUTIONS_PER_AGENT ?? parsed.DOCKET_MAX_EXECUTIONS,
    maxExecutionsPerRequester:
      parsed.DOCKET_MAX_EXECUTIONS_PER_REQUESTER ?? parsed.DOCKET_MAX_EXECUTIONS,
    streams: {
      max: parsed.DOCKET_MAX_STREAMS,
      maxPerIdentity: parsed.DOCKET_MAX_STREAMS_PER_IDENTITY,
      heartbeat: STREAM_HEARTBEAT,
      patience: STREAM_PATIENCE,
      recheck: STREAM_RECHECK,
      retry: STREAM_RETRY,
    },
    webhooks: {
      file: parsed.DOCKET_WEBHOOKS_FILE ?? null,
      publicUrl: parsed.DOCKET_PUBLIC_URL ?? null,
      allowPrivate:
        parsed.DOCKET_WEBHOOKS_ALLOW_PRIVATE?.split(',').map((target) => target.trim()) ?? [],
      timeout: WEBHOOK_TIMEOUT,
      schedule: RETRY_SCHEDULE,
      abandonedAfter: WEBHOOK_ABANDONED_AFTER,
      lookEvery: WEBHOOK_LOOK_EVERY,
      finishWithin: WEBHOOK_FINISH_WITHIN,
    },
    drainDelay: parsed.DOCKET_DRAIN_DELAY * 1000,
    model: parsed.DOCKET_MODEL,
    logLevel: parsed.DOCKET_LOG_LEVEL,
    gateway:
      parsed.OPENCLAW_URL && parsed.OPENCLAW_TOKEN
        ? { url: parsed.OPENCLAW_URL, token: parsed.OPENCLAW_TOKEN }
        : null,
    openAiApiKey: parsed.OPENAI_API_KEY ?? null,
  };
}

const describe = (issue: z.core.$ZodIssue): string => `${issue.path.join('.')}: ${issue.message}`;

/** Read by commands that ask a service which runs elsewhere. */
const CLIENT_KEY = 'DOCKET_KEY';

const isUnknownSetting = (name: string): boolean =>
  name.startsWith('DOCKET_') &&
  !name.startsWith('DOCKET_TEST_') &&
  name !== CLIENT_KEY &&
  !(name in settings.shape);

/** A variable set to nothing counts as not set, as in a compose file's `VAR=`. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
