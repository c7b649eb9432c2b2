import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';

const BETTER = 'Pay half of the invoice of the cloud provider.';
const AMEND = {
  decision: 'amend',
  comment: 'They owe us the other half.',
  content: { request: BETTER },
};

describe('A payment that people of finance decide, and later the board as well', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({
      quorum: 2,
      eligible: ['finance'],
      atLeast: [{ group: 'finance', count: 1 }],
      human: true,
      expiresAfter: '8h',
      reminders: ['30m', '4h'],
      escalation: { after: '1h', to: ['board'] },
    });
  });
  afterEach(() => story.close());

  it('is amended by nobody who may not decide it', async () => {
    const waiting = await story.submit();
    const expectRefusal = await refusalExpectation(story.docket);
    await expectRefusal(await story.decide('lea', waiting, AMEND), 403, 'not-eligible', []);
    await expectRefusal(await story.decide('bea', waiting, AMEND), 403, 'not-eligible', []);
    await expectRefusal(await story.decide('bot', waiting, AMEND), 403, 'human-required', []);
  });

  it('is escalated when it was to be, however late it was amended, and runs as amended', async () => {
    const waiting = await story.submit();
    await story.later(50);
    const amended = trace.parse((await story.decide('finn', waiting, AMEND)).json());
    expect(amended.approval).toMatchObject({
      expiresAt: waiting.approval?.expiresAt,
      escalation: { at: waiting.approval?.escalation?.at, to: ['board'], escalatedAt: null },
      reminders: [{ at: waiting.approval?.reminders[1]?.at, remindedAt: null }],
      missing: { approvals: 1, atLeast: [] },
    });
    await story.later(20);
    await story.recorded(waiting.id, 'ApprovalEscalated');
    const done = trace.parse((await story.decide('bea', amended)).json());
    expect(done).toMatchObject({
      status: 'executed',
      approval: { decisions: [{ decision: 'amend' }, { by: 'finn' }, { by: 'bea' }] },
    });
    expect(story.docket.gateway.calls).toMatchObject([{ request: BETTER }]);
  });

  it('is amended by the board once it is escalated, which then still needs finance', async () => {
    const waiting = await story.submit();
    await story.later(61);
    const [escalated] = await story.recorded(waiting.id, 'ApprovalEscalated');
    const amended = trace.parse((await story.decide('bea', waiting, AMEND)).json());
    expect(amended.approval).toMatchObject({
      escalation: { at: waiting.approval?.escalation?.at, escalatedAt: expect.any(String) },
      missing: { approvals: 1, atLeast: [{ group: 'finance', count: 1 }] },
      decisions: [{ decision: 'amend' }, { by: 'bea', groups: ['board'] }],
    });
    const again = await story.recorded(waiting.id, 'ApprovalEscalated');
    expect(again).toMatchObject([escalated, { actor: 'bea', data: { to: ['board'] } }]);
    expect(await story.waitingFor('bea', amended)).toEqual([]);
    expect(await story.waitingFor('finn', amended)).toEqual([waiting.id]);
    const done = trace.parse((await story.decide('finn', amended)).json());
    expect(done.status).toBe('executed');
  });
});
