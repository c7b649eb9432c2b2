import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';

describe('A payment that nobody decides in time', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 2, expiresAfter: '8h' });
  });
  afterEach(() => story.close());

  it('expires once, with an approval that was not enough, and can no longer be decided', async () => {
    const waiting = await story.submit();
    await story.decide('finn', waiting);
    await story.later(481);
    const [blocked] = await story.recorded(waiting.id, 'Blocked');
    const events = await story.docket.eventsOf(waiting.id);
    const [expired] = events.slice(-2);
    expect(expired).toMatchObject({
      type: 'ApprovalExpired',
      actor: 'docket',
      data: { expiredAt: waiting.approval?.expiresAt },
      recordedAt: blocked?.recordedAt,
      causationId: blocked?.causationId,
    });
    expect(blocked?.data).toMatchObject({ by: 'docket', code: 'expired' });

    const shown = await story.docket.traceOf(waiting.id, blocked?.position);
    expect(shown).toMatchObject({
      status: 'blocked',
      approval: { state: 'expired', missing: null, decisions: [{ by: 'finn' }] },
      blocked: { code: 'expired' },
      execution: null,
    });
    expect(await story.waitingFor('lea', shown)).toEqual([]);
    for (const body of [{}, { decision: 'reject', comment: 'Too late anyway.' }]) {
      const late = await story.decide('lea', waiting, body);
      expect([late.status, late.json()]).toMatchObject([409, { code: 'approval-expired' }]);
    }

    await story.later(1);
    await story.docket.submit('ada', { request: 'Say hello.' });
    expect(await story.docket.eventsOf(waiting.id)).toEqual(events);
    expect(story.docket.gateway.calls).toHaveLength(1);
  });
});
