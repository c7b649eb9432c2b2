import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import {
  PAYMENT,
  tellApprovalStory,
  type ApprovalStory,
} from '../support/docket/approval-story.js';

describe('An approval', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 1, expiresAfter: '8h' });
  });
  afterEach(() => story.close());

  it('is good for one execution of one request, also where another one asks for the very same', async () => {
    const same = { ...PAYMENT, sessionKey: 'accounts' };
    const one = await story.submit(same);
    const other = await story.submit(same);
    expect(other.contentDigest).toBe(one.contentDigest);
    expect(trace.parse((await story.decide('finn', one)).json()).status).toBe('executed');
    for (const as of ['finn', 'faye'] as const) {
      const again = await story.decide(as, one);
      expect([again.status, again.json()]).toMatchObject([409, { code: 'not-awaiting-approval' }]);
    }
    await story.later(1);
    expect((await story.docket.traceOf(other.id)).status).toBe('awaiting-approval');
    expect(story.docket.gateway.calls).toHaveLength(1);
  });
});
