import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';
import { until } from '../support/docket/until.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.js';

const TERMS = { quorum: 2, atLeast: [{ group: 'finance', count: 1 }], human: true };

describe('Those who may decide a payment', () => {
  let story: ApprovalStory;
  let finance: WebhookReceiver;
  let board: WebhookReceiver;

  beforeAll(async () => {
    const ahead = () => story.ahead;
    finance = await startWebhookReceiver({ ahead });
    board = await startWebhookReceiver({ ahead });
    const terms = {
      ...TERMS,
      eligible: ['finance'],
      reminders: ['30m'],
      escalation: { after: '1h', to: ['board'] },
      expiresAfter: '8h',
    };
    story = await tellApprovalStory(terms, async (folder) => ({
      webhooks: await webhookSettings(folder, [
        endpointAt(finance, { id: 'finance', groups: ['finance'] }),
        endpointAt(board, { id: 'board', groups: ['board'] }),
      ]),
    }));
  });
  afterAll(async () => {
    await story.close();
    await Promise.all([finance.close(), board.close()]);
  });

  /** Each once, since what is answered late is delivered again. */
  const toldTo = ({ received }: WebhookReceiver) => {
    const told = new Map(received.map(({ id, type, data }) => [id, { type, ...data }]));
    return [...told.values()];
  };
  const typesTo = (receiver: WebhookReceiver) => toldTo(receiver).map(({ type }) => type);

  it('are told that it waits, is escalated and expires, from when on they may decide it', async () => {
    const { id, approval } = await story.submit();
    await until(() => toldTo(finance).length === 1);
    await story.later(40);
    await until(() => toldTo(finance).length === 2);
    await story.later(30);
    await until(() => toldTo(finance).length === 3);
    await story.later(420);
    await until(() => toldTo(finance).length === 5 && toldTo(board).length === 3);

    const asked = { ...TERMS, requestId: id, expiresAt: approval?.expiresAt };
    expect(toldTo(finance).slice(0, 3)).toMatchObject([
      { type: 'approval.requested', ...asked, eligible: ['finance'] },
      { type: 'approval.reminded', ...asked, eligible: ['finance'], number: 1 },
      { type: 'approval.escalated', ...asked, eligible: ['finance', 'board'], to: ['board'] },
    ]);
    const over = ['approval.expired', 'request.blocked'];
    expect(typesTo(finance).slice(3).toSorted()).toEqual(over);
    expect(typesTo(board).toSorted()).toEqual(['approval.escalated', ...over]);
    expect([finance.forged, board.forged]).toEqual([0, 0]);
  });
});
