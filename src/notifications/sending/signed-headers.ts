import { Webhook } from 'standardwebhooks';
import { VERSION } from '../../runtime/version.js';

/** What is sent: the very bytes that are signed. */
export interface Message {
  /** The same at each try, so that a receiver can tell that it has it already. */
  readonly id: string;
  /** JSON. */
  readonly payload: string;
}

/** The headers of one try, signed with every secret. */
export function signedHeaders(
  { id, payload }: Message,
  secrets: readonly string[],
  now: Date,
): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, payload));
  return {
    'content-type': 'application/json',
    'user-agent': `Docket/${VERSION}`,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}
