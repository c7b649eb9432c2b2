import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '../../src/views/request-trace/trace.js';
import {
  PAYMENT,
  tellApprovalStory,
  type ApprovalStory,
} from '../support/docket/approval-story.js';

const TERMS = {
  quorum: 2,
  eligible: ['finance', 'legal', 'board'],
  atLeast: [{ group: 'finance', count: 1 }],
  expiresAfter: '8h',
};

describe('A payment that two have to approve, one of finance among them', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory(TERMS);
  });
  afterEach(() => story.close());

  it('says who is missing, runs once finance is among the approvers, and with what they saw', async () => {
    const waiting = await story.submit();
    const { docket } = story;
    expect(waiting.approval).toMatchObject({
      quorum: 2,
      atLeast: TERMS.atLeast,
      missing: { approvals: 2, atLeast: [{ group: 'finance', count: 1 }] },
    });

    const byLegal = trace.parse((await story.decide('lea', waiting)).json());
    expect(byLegal.approval?.missing).toEqual({ approvals: 1, atLeast: TERMS.atLeast });
    const byBoard = trace.parse((await story.decide('bea', waiting)).json());
    expect(byBoard.status).toBe('awaiting-approval');
    expect(byBoard.approval?.missing).toEqual({ approvals: 1, atLeast: TERMS.atLeast });
    expect(docket.gateway.calls).toEqual([]);

    const byFinance = trace.parse((await story.decide('finn', waiting)).json());
    expect(byFinance).toMatchObject({ status: 'executed', approval: { state: 'approved' } });
    expect(byFinance.approval?.missing).toBeNull();
    expect(byFinance.approval?.decisions).toMatchObject([
      { by: 'lea', groups: ['legal'] },
      { by: 'bea', groups: ['board'] },
      { by: 'finn', groups: ['finance'], standsInFor: null },
    ]);
    expect(docket.gateway.calls).toMatchObject([{ kind: 'chat', request: PAYMENT.request }]);
    const approved = await story.recorded(waiting.id, 'Approved');
    expect(approved).toMatchObject([
      { data: { by: ['lea', 'bea', 'finn'], contentDigest: waiting.contentDigest } },
    ]);
  });

  it('runs as well when finance comes first, and waits for the second', async () => {
    const waiting = await story.submit();
    const byFinance = trace.parse((await story.decide('finn', waiting)).json());
    expect(byFinance.approval?.missing).toEqual({ approvals: 1, atLeast: [] });
    const byLegal = trace.parse((await story.decide('lea', waiting)).json());
    expect(byLegal.status).toBe('executed');
  });

  it('is shown to those who may decide it and have not yet, oldest first', async () => {
    const first = await story.submit();
    const second = await story.submit();
    expect(await story.waitingFor('lea', second)).toEqual([first.id, second.id]);
    const half = trace.parse((await story.decide('lea', first)).json());
    expect(await story.waitingFor('lea', half)).toEqual([second.id]);
    expect(await story.waitingFor('faye', half)).toEqual([first.id, second.id]);
  });
});
