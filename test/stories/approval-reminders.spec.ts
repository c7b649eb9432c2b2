import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { until } from '../support/docket/until.js';

describe('The approvers of a payment that waits', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 1, expiresAfter: '8h', reminders: ['1h', '4h'] });
  });
  afterEach(() => story.close());

  it('are reminded once each time, until it is decided', async () => {
    const waiting = await story.submit();
    const decided = await story.submit();
    await story.decide('finn', decided);
    await story.later(61);
    await story.recorded(waiting.id, 'ApprovalReminded');
    await story.later(60);
    await story.later(120);
    const reminders = await until(async () => {
      const all = await story.recorded(waiting.id, 'ApprovalReminded');
      return all.length > 1 && all;
    });
    expect(reminders.map(({ actor, data }) => [actor, data])).toEqual([
      ['docket', { number: 1, at: expect.any(String) }],
      ['docket', { number: 2, at: expect.any(String) }],
    ]);
    const { approval } = await story.docket.traceOf(waiting.id, reminders[1]?.position);
    for (const { at, remindedAt } of approval!.reminders) {
      expect(Date.parse(remindedAt!)).toBeGreaterThanOrEqual(Date.parse(at));
    }
    expect((await story.docket.eventsOf(decided.id)).at(-1)?.type).toBe('Executed');
  });
});
