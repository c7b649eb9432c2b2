import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';

describe('A payment that its requester takes back while it waits', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 2, expiresAfter: '8h', reminders: ['1h'] });
  });
  afterEach(() => story.close());

  it('keeps who had approved it, is shown to nobody any more, and never runs', async () => {
    const waiting = await story.submit();
    await story.decide('finn', waiting);
    const path = `/v1/requests/${waiting.id}/withdrawal`;
    const body = { comment: 'Paid by card already.' };
    const answer = await story.docket.call('ada', 'POST', path, { body });
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      {
        status: 'blocked',
        approval: { state: 'withdrawn', missing: null, decisions: [{ by: 'finn' }] },
        blocked: { by: 'ada', code: 'withdrawn', reason: 'Paid by card already.' },
      },
    ]);
    const [blocked] = await story.recorded(waiting.id, 'Blocked');
    const shown = await story.docket.traceOf(waiting.id, blocked?.position);
    expect(await story.waitingFor('lea', shown)).toEqual([]);
    const expectRefusal = await refusalExpectation(story.docket);
    await expectRefusal(await story.decide('lea', waiting), 409, 'not-awaiting-approval', []);
    await story.later(120);
    await story.docket.submit('ada', { request: 'Say hello.' });
    expect((await story.docket.eventsOf(waiting.id)).at(-1)).toEqual(blocked);
    expect(story.docket.gateway.calls).toHaveLength(1);
  });
});
