import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
/** Everything that would be sent to the gateway, and the policy it was judged by. */
export interface SentContent {
  /** The text and how it is asked, or the tool and its arguments: all of a `RequestContent`. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly agent: string;
  readonly sessionKey: string;
  readonly policyDigest: string;
}

/**
 * SHA-256, in lower-case hex, over the JSON Canonicalization Scheme (RFC 8785) of what would be sent: what an
 * approver saw and what is executed are the same exactly when their digests are.
 */
export function contentDigest({ content, agent, sessionKey, policyDigest }: SentContent): string {
  const canonical = canonicalize({ content, agent, sessionKey, policyDigest });
  return sha256(canonical ?? '');
}

/** SHA-256 of a text's UTF-8 bytes, in lower-case hex. */
export const sha256 = (text: string): string => hash('sha256', text);
