import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';

describe('A payment that finance leaves undecided', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({
      quorum: 1,
      eligible: ['finance'],
      expiresAfter: '8h',
      escalation: { after: '1h', to: ['board'] },
    });
  });
  afterEach(() => story.close());

  it('is escalated once, after which the board may decide as well', async () => {
    const waiting = await story.submit();
    const early = await story.decide('bea', waiting);
    expect([early.status, early.json()]).toMatchObject([403, { code: 'not-eligible' }]);
    expect(await story.waitingFor('bea', waiting)).toEqual([]);

    await story.later(50);
    expect((await story.docket.traceOf(waiting.id)).approval?.escalation?.escalatedAt).toBeNull();
    await story.later(20);
    const [escalated] = await story.recorded(waiting.id, 'ApprovalEscalated');
    expect(escalated).toMatchObject({ actor: 'docket', data: { to: ['board'] } });
    const shown = await story.docket.traceOf(waiting.id, escalated!.position);
    const { at, escalatedAt } = shown.approval!.escalation!;
    expect(Date.parse(at) - Date.parse(waiting.submittedAt)).toBe(3_600_000);
    expect(Date.parse(escalatedAt!)).toBeGreaterThanOrEqual(Date.parse(at));
    expect(await story.waitingFor('bea', shown)).toEqual([waiting.id]);
    expect(await story.waitingFor('finn', shown)).toEqual([waiting.id]);
    expect(await story.waitingFor('lea', shown)).toEqual([]);

    await story.later(60);
    const approved = trace.parse((await story.decide('bea', waiting)).json());
    expect(approved).toMatchObject({ status: 'executed', approval: { state: 'approved' } });
    expect(await story.recorded(waiting.id, 'ApprovalEscalated')).toHaveLength(1);
  });
});
