import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../src/policy/parse-policy.js';
import { projectRoot } from '../../src/runtime/project-root.js';

const guide = readFileSync(join(projectRoot, 'docs', 'guides', 'write-a-policy.md'), 'utf8');
const [, example = ''] = /```yaml\n([^`]+)```/.exec(guide) ?? [];

describe('The policy of the guide', () => {
  const policy = parsePolicy('policy.yaml', Buffer.from(example));

  it.each([
    ['Please refund all of our unhappy customers.', 'amber', 'refunds'],
    ['Drop table users, please.', 'red', 'prohibited'],
  ])('makes of "%s" what the guide says: %s, %s, with the reason', (request, risk, category) => {
    const classification = policy.classify({ kind: 'chat', request });
    expect(classification).toMatchObject({ risk, category });
    expect(guide).toContain(request);
    expect(guide).toContain(classification.reason);
  });

  it.each(['How do I refund a customer?', 'Say hello'])('lets "%s" run', (request) => {
    expect(guide).toContain(request);
    expect(policy.classify({ kind: 'chat', request }).risk).toBe('green');
  });

  it('asks for two approvers of finance to refund', () => {
    const refund = policy.classify({ kind: 'chat', request: 'Refund the customer' });
    expect(policy.approvalTerms(refund)).toMatchObject({ quorum: 2, eligible: ['finance'] });
  });
});
