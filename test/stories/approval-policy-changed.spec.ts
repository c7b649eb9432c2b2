import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import type { DataFolder } from '../support/docket/data-folder.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';

describe('A payment that waits while the policy is changed', () => {
  let story: ApprovalStory;
  let folder: DataFolder;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 2, expiresAfter: '8h' }, async (made) => {
      folder = made;
      return {};
    });
  });
  afterEach(() => story.close());

  async function forbidPayments(): Promise<void> {
    const file = join(folder.path, 'policy', 'policy.yaml');
    const policy = await readFile(file, 'utf8');
    await writeFile(
      file,
      policy.replace('"risk":"amber","reason":"It pays."', '"risk":"red","reason":"It pays."'),
    );
  }

  it('keeps the judgement and the terms that it came with, and new ones get the new', async () => {
    const waiting = await story.submit();
    await story.decide('finn', waiting);
    await story.later(1, forbidPayments);
    const after = await story.submit();
    expect(after).toMatchObject({ status: 'blocked', blocked: { code: 'policy' } });
    expect(after.contentDigest).not.toBe(waiting.contentDigest);
    const decided = trace.parse((await story.decide('faye', waiting)).json());
    expect(decided).toMatchObject({ status: 'executed', contentDigest: waiting.contentDigest });
  });

  it('is judged by the new one as soon as somebody amends it', async () => {
    const waiting = await story.submit();
    await story.later(1, forbidPayments);
    const amended = await story.decide('finn', waiting, {
      decision: 'amend',
      comment: 'Half of it.',
      content: { kind: 'chat', request: 'Pay half of the invoice.' },
    });
    expect(trace.parse(amended.json())).toMatchObject({
      status: 'blocked',
      blocked: { code: 'policy' },
    });
  });
});
