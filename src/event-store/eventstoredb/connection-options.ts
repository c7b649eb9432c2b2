import { z } from 'zod';

const flag = z
  .enum(['true', 'false'], 'expected true or false')
  .transform((text) => text === 'true');

const whole = (unit: string, min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `expected whole ${unit} from ${min} to ${max}`,
    )
    .transform(Number);

const text = z.string().min(1, 'expected a value');

/** The client warns of keep-alive below 10 s on every connection, and with -1 it pings without a pause. */
const keepAliveInterval = whole('milliseconds', 10_000, 3_600_000);

/** A node that is silent must not use up the time of a whole call, as with the client's own 5 s. */
const GOSSIP_SECONDS = 2;

/** Calls are tried again by themselves, so a search that finds nothing had better say so soon. */
const DISCOVER_ATTEMPTS = 3;

/** Every option of a connection string, with the defaults that apply here. */
export const connectionOptions = z.object({
  tls: flag.default(true),
  tlsVerifyCert: flag
    .refine(
      (isVerified) => isVerified,
      'the client ignores false; name your authority with tlsCAFile',
    )
    .default(true),
  tlsCAFile: text.optional(),
  userCertFile: text.optional(),
  userKeyFile: text.optional(),
  connectionName: text.default('docket'),
  nodePreference: z
    .enum(
      ['leader', 'follower', 'read_only_replica', 'random'],
      'expected leader, follower, readOnlyReplica or random',
    )
    .default('leader'),
  maxDiscoverAttempts: whole('attempts', 1, 1_000).default(DISCOVER_ATTEMPTS),
  discoveryInterval: whole('milliseconds', 1, 60_000).default(100),
  gossipTimeout: whole('seconds', 1, 60).default(GOSSIP_SECONDS),
  /** How long one try of a call may take, in milliseconds. */
  defaultDeadline: whole('milliseconds', 100, 600_000).optional(),
  keepAliveInterval: keepAliveInterval.default(10_000),
  keepAliveTimeout: whole('milliseconds', 1_000, 3_600_000).default(10_000),
  throwOnAppendFailure: flag
    .refine((isThrown) => isThrown, 'false would hide refused appends')
    .default(true),
});
export type ConnectionOptions = z.infer<typeof connectionOptions>;
