import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUMMARY } from '../../support/docket/sample-requests.js';

/** Two people have to approve it. */
export const INVOICE = { ...SUMMARY, request: 'Settle the invoice of the cloud provider.' };
/** Its approval expires after three seconds. */
export const NOTICE = { ...SUMMARY, request: 'Publish the notice about the office move.' };

/** Drafts wait for one person, invoices for two, notices not for long; transfers never run, everything else does. */
const policyNamed = (name: string) => ({
  name,
  levels: {
    green: { category: 'ordinary', confidence: 0.8, reason: 'Nothing speaks against it.' },
    amber: { category: 'needs-review', confidence: 0.8, reason: 'A person decides.' },
    red: { category: 'prohibited', confidence: 0.8, reason: 'It never runs.' },
  },
  approval: {
    amber: { quorum: 1, expiresAfter: '24h' },
    categories: {
      invoices: { quorum: 2, expiresAfter: '24h' },
      notices: { quorum: 1, expiresAfter: '3s' },
    },
  },
  blocked: { alternative: 'A draft can be prepared instead.' },
  rules: [
    amber('drafts', 'draft', 'needs-review'),
    amber('invoices', 'invoice', 'invoices'),
    amber('notices', 'notice', 'notices'),
    { id: 'transfers', risk: 'red', reason: 'It moves money.', match: [{ words: ['transfer'] }] },
  ],
  tools: {
    unknown: { risk: 'amber', reason: 'The tool is not known.' },
    rules: [{ id: 'reading', risk: 'green', reason: 'It only reads.', names: ['sessions_list'] }],
  },
});

const amber = (id: string, word: string, category: string) => ({
  id,
  risk: 'amber',
  category,
  reason: 'A person decides.',
  match: [{ words: [word] }],
});

/** Writes the policy under a name of its own; a JSON text is a YAML text too. */
export async function writeReplicaPolicy(
  parent: string,
): Promise<{ readonly name: string; readonly folder: string }> {
  const name = `replicas-${randomUUID()}`;
  const folder = join(parent, 'policy');
  await mkdir(folder);
  await writeFile(join(folder, 'policy.yaml'), JSON.stringify(policyNamed(name)));
  return { name, folder };
}
