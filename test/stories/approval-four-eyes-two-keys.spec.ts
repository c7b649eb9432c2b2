import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import {
  PAYMENT,
  tellApprovalStory,
  type ApprovalStory,
} from '../support/docket/approval-story.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';

describe('One person with two keys', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 2, expiresAfter: '8h' });
  });
  afterEach(() => story.close());

  it('counts once', async () => {
    const waiting = await story.submit();
    const half = trace.parse((await story.decide('finn', waiting)).json());
    const expectRefusal = await refusalExpectation(story.docket);
    expect(await story.waitingFor('finn-phone', half)).toEqual([]);
    await expectRefusal(await story.decide('finn-phone', waiting), 409, 'already-decided', []);
    await expectRefusal(await story.decide('finn', waiting), 409, 'already-decided', []);
    const shown = await story.docket.traceOf(waiting.id, half.position);
    expect(shown.approval?.missing?.approvals).toBe(1);
    const whole = trace.parse((await story.decide('faye', waiting)).json());
    expect(whole.status).toBe('executed');
  });

  it('counts once also where both are used at the same moment', async () => {
    const waiting = await story.submit();
    const answers = await Promise.all(
      (['finn', 'finn-phone', 'finn', 'finn-phone'] as const).map((as) =>
        story.decide(as, waiting),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    expect(await story.recorded(waiting.id, 'ApprovalGranted')).toHaveLength(1);
  });

  it('decides with neither on what is asked on their behalf', async () => {
    const waiting = await story.submit({ ...PAYMENT, onBehalfOf: 'finn' });
    const expectRefusal = await refusalExpectation(story.docket);
    for (const key of ['finn', 'finn-phone'] as const) {
      expect(await story.waitingFor(key, waiting)).toEqual([]);
      await expectRefusal(await story.decide(key, waiting), 403, 'self-approval', []);
    }
  });
});
