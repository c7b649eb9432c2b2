import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says at a word which way a request goes; payments need two people, so that each approval counts. */
const POLICY = `name: crash
levels:
  green: { category: ordinary, confidence: 0.8, reason: Fine. }
  amber: { category: review, confidence: 0.7, reason: Look. }
  red: { category: prohibited, confidence: 0.9, reason: Never. }
approval:
  amber: { quorum: 1, expiresAfter: 24h }
  categories:
    payments: { quorum: 2, expiresAfter: 24h }
blocked:
  alternative: A plan.
rules:
  - { id: destroy, risk: red, reason: Destroys., match: [{ words: [destroy] }] }
  - { id: pay, risk: amber, category: payments, reason: Pays., match: [{ words: [pay] }] }
  - { id: draft, risk: amber, reason: Writes., match: [{ words: [draft] }] }
tools:
  unknown: { risk: amber, reason: Unknown. }
  rules:
    - { id: lists, risk: green, reason: Lists., names: [sessions_list] }
`;

/** Writes the policy of these tests below `directory` and answers where. */
export function writeCrashPolicy(directory: string): string {
  const policy = join(directory, 'policy');
  mkdirSync(policy);
  writeFileSync(join(policy, 'policy.yaml'), POLICY);
  return policy;
}
