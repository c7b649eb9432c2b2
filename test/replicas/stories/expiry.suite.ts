import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { submitTo } from '../support/answered.js';
import { settledViews } from '../support/outcome.js';
import { NOTICE } from '../support/replica-policy.js';
import type { Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, only, type Ending } from './story.js';

const NOTICES = 20;
/** Longer than the approvals wait, and longer than any sweeper rests: behind it every sweeper is due. */
const ASLEEP = 5_500;
const REST_WITHIN = 15_000;

export function describeExpiry(replicas: () => Replicas): void {
  describe('Approvals that expire while every replica sleeps', () => {
    let ending: Ending;

    beforeAll(async () => {
      await replicas().start();
      const { all } = replicas();
      const answers = await Promise.all(
        Array.from({ length: NOTICES }, (_, at) =>
          submitTo(all[at % all.length]!, {
            as: 'ada',
            body: NOTICE,
            key: undefined,
            prefer: 'wait=10',
          }),
        ),
      );
      // Every view knows what waits: all sweepers meet the same requests when all wake at the same moment.
      await settledViews(replicas());
      for (const replica of all) replica.pause();
      await sleep(ASLEEP);
      for (const replica of all) replica.resume();
      ending = await endingOf(replicas(), answers, REST_WITHIN);
    }, 60_000);

    itHoldsTogether(() => ending);

    it('are blocked once each, by the service', () => {
      const streams = [...only(ending.streams, ending.answers).values()];
      expect(streams).toHaveLength(NOTICES);
      for (const events of streams) {
        expect(events.map(({ type }) => type)).toEqual([
          'Submitted',
          'Classified',
          'ApprovalRequested',
          'ApprovalExpired',
          'Blocked',
        ]);
        expect(events.at(-1)?.data).toMatchObject({ by: 'docket', code: 'expired' });
      }
    });
  });
}
