import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { accessEvents, refusedIn } from '../support/docket/access-records.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import {
  refusalExpectation,
  type RefusalExpectation,
} from '../support/docket/refusal-expectation.js';

const REJECT = { decision: 'reject', comment: 'No.' };

describe('A decision is turned down, and nothing is recorded', () => {
  let story: ApprovalStory;
  let half: Trace;
  let refusedRequest: Trace;
  let expectRefusal: RefusalExpectation;

  beforeAll(async () => {
    const terms = { quorum: 2, eligible: ['finance'], human: true, expiresAfter: '8h' };
    story = await tellApprovalStory(terms);
    [half, refusedRequest] = [await story.submit(), await story.submit()];
    await story.decide('finn', half);
    await story.decide('faye', refusedRequest, REJECT);
    expectRefusal = await refusalExpectation(story.docket);
  });
  afterAll(() => story.close());

  it('that comes twice, also as the opposite', async () => {
    for (const body of [{}, REJECT]) {
      await expectRefusal(await story.decide('finn', half, body), 409, 'already-decided', []);
    }
  });

  it('on what is blocked, also by who blocked it', async () => {
    for (const as of ['finn', 'faye'] as const) {
      await expectRefusal(await story.decide(as, refusedRequest), 409, 'not-awaiting-approval', []);
    }
  });

  it.each([
    ['made up', '0'.repeat(64), 409, 'content-changed'],
    ['no digest', 'sha256', 400, 'invalid-request'],
    ['empty', '', 400, 'invalid-request'],
    ['missing', undefined, 400, 'invalid-request'],
  ])('with a digest that is %s', async (_, contentDigest, status, code) => {
    const answer = await story.decide('faye', half, { contentDigest });
    await expectRefusal(answer, status, code, ['contentDigest']);
  });

  it('with the digest of another request', async () => {
    const { contentDigest } = refusedRequest;
    const answer = await story.decide('faye', half, { contentDigest });
    await expectRefusal(answer, 409, 'content-changed', ['contentDigest']);
  });

  it('by who may not', async () => {
    await expectRefusal(await story.decide('lea', half), 403, 'not-eligible', []);
    await expectRefusal(await story.decide('bot', half), 403, 'human-required', []);
    const answer = await story.docket.decide('ada', 'approve', half);
    await expectRefusal(answer, 403, 'forbidden', []);
  });

  it('that is neither yes nor no', async () => {
    const answer = await story.decide('faye', half, { decision: 'maybe' });
    await expectRefusal(answer, 400, 'invalid-request', ['decision']);
  });

  it('but that somebody tried, which the access log tells of every one of them', async () => {
    const refused = refusedIn(await accessEvents(story.docket.call));
    const tried = refused.map(({ actor, code, requests }) => [actor, code, requests].join(' '));
    expect(new Set(tried)).toEqual(
      new Set([
        `finn already-decided ${half.id}`,
        `finn not-awaiting-approval ${refusedRequest.id}`,
        `faye not-awaiting-approval ${refusedRequest.id}`,
        `faye content-changed ${half.id}`,
        `faye invalid-request ${half.id}`,
        `lea not-eligible ${half.id}`,
        `bot human-required ${half.id}`,
        `ada forbidden ${half.id}`,
      ]),
    );
    const times = refused.reduce((sum, one) => sum + one.times, 0);
    expect(times).toBe(13);
  });
});
