import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../bench/traffic/random.js';
import { submissionOf, type Colour } from '../../bench/traffic/submissions.js';
import { loadPolicy } from '../../src/policy/load-policy.js';
import { projectRoot } from '../../src/runtime/project-root.js';

describe('The requests of the load', () => {
  it.each<Colour>(['green', 'amber', 'red'])(
    'are %s where they should be, and one approval is enough',
    async (colour) => {
      const policy = await loadPolicy(join(projectRoot, 'policies', 'default'));
      const random = seededRandom(1);
      for (let count = 0; count < 50; count += 1) {
        const { request } = submissionOf(colour, random);
        const classification = policy.classify({ kind: 'chat', request });
        expect({ request, risk: classification.risk }).toEqual({ request, risk: colour });
        expect(policy.approvalTerms(classification)).toMatchObject({ quorum: 1, eligible: [] });
      }
    },
  );
});
