import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';

describe('A payment that a person has to decide', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    const terms = { quorum: 1, eligible: ['finance'], human: true, expiresAfter: '8h' };
    story = await tellApprovalStory(terms);
  });
  afterEach(() => story.close());

  it('is not decided by a machine of the same group, which is not even asked', async () => {
    const waiting = await story.submit();
    expect(waiting.approval?.human).toBe(true);
    expect(await story.waitingFor('bot', waiting)).toEqual([]);
    const expectRefusal = await refusalExpectation(story.docket);
    for (const body of [{}, { decision: 'reject', comment: 'The limit is reached.' }]) {
      await expectRefusal(await story.decide('bot', waiting, body), 403, 'human-required', []);
    }
    expect(await story.waitingFor('finn', waiting)).toEqual([waiting.id]);
    const done = trace.parse((await story.decide('finn', waiting)).json());
    expect(done.status).toBe('executed');
  });
});
