import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';

describe('A refusal', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 3, expiresAfter: '8h' });
  });
  afterEach(() => story.close());

  it('blocks what others approved already, and tells the requester why', async () => {
    const waiting = await story.submit();
    await story.decide('finn', waiting);
    await story.decide('lea', waiting);
    const comment = 'The invoice is not ours.';
    const answer = await story.decide('bea', waiting, { decision: 'reject', comment });
    const blocked = trace.parse(answer.json());
    expect(blocked).toMatchObject({
      status: 'blocked',
      approval: {
        state: 'refused',
        missing: null,
        decisions: [{ by: 'finn' }, { by: 'lea' }, { by: 'bea', decision: 'reject', comment }],
      },
      blocked: { by: 'bea', code: 'refused', reason: comment },
      execution: null,
    });
    const path = `/v1/requests/${waiting.id}?minPosition=${blocked.position}`;
    const own = await story.docket.call('ada', 'GET', path);
    expect(own.json()).toMatchObject({ blocked: { reason: comment } });
    const late = await story.decide('faye', waiting);
    expect([late.status, late.json()]).toMatchObject([409, { code: 'not-awaiting-approval' }]);
    expect(story.docket.gateway.calls).toEqual([]);
  });

  it('has to say why, in words that have a bound', async () => {
    const waiting = await story.submit();
    const expectRefusal = await refusalExpectation(story.docket);
    for (const body of [{}, { comment: '' }, { comment: ' \n ' }]) {
      const answer = await story.decide('bea', waiting, { decision: 'reject', ...body });
      await expectRefusal(answer, 400, 'comment-required', ['comment']);
    }
    for (const comment of ['c'.repeat(4_001), null, 7, '\ud800']) {
      const answer = await story.decide('bea', waiting, { decision: 'reject', comment });
      await expectRefusal(answer, 400, 'invalid-request', ['comment']);
    }
    const comment = 'c'.repeat(4_000);
    const answer = await story.decide('bea', waiting, { decision: 'reject', comment });
    expect([answer.status, answer.json()]).toMatchObject([200, { status: 'blocked' }]);
  });
});
