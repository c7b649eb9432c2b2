import { beforeAll, describe, expect, it } from '@jest/globals';
import { requestIdFor } from '../../../src/governed-request/submit-request/submission.js';
import { SUMMARY, TRANSFER } from '../../support/docket/sample-requests.js';
import { noAnswer, submitTo, type Answered } from '../support/answered.js';
import type { Replica } from '../support/replica.js';
import type { Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, only, type Ending } from './story.js';

const REQUESTS = 60;
/** What the dead one had allowed and not started is found by the next sweep. */
const REST_WITHIN = 20_000;

export function describeDying(replicas: () => Replicas): void {
  describe('Submissions at a replica that dies, repeated at the others', () => {
    let ending: Ending;
    let unanswered: readonly Answered[];
    let repeated: readonly Answered[];

    beforeAll(async () => {
      await replicas().start();
      const [dying, ...others] = replicas().all;
      const first = await submitUntilItDies(dying!, `${replicas().policy}-dying`);
      const again = first.map(({ requestId, submission }) =>
        Promise.all(
          others.map(async (other) => ({ ...(await submitTo(other, submission)), requestId })),
        ),
      );
      repeated = (await Promise.all(again)).flat();
      unanswered = first.map(({ answer }) => answer).filter(({ status }) => status === 0);
      const answers = [...first.map(({ answer }) => answer), ...repeated];
      ending = await endingOf(replicas(), answers, REST_WITHIN);
    }, 60_000);

    itHoldsTogether(() => ending);

    it('stand for the same requests there, and are told so', () => {
      expect(new Set(repeated.map(({ status }) => status))).toContain(200);
      expect(repeated.map(({ told }) => told?.id)).toEqual(
        repeated.map(({ requestId }) => requestId),
      );
      expect(only(ending.streams, ending.answers).size).toBe(REQUESTS);
    });

    it('were recorded and not answered, some of them', () => {
      const { streams } = ending;
      const firsts = new Set(repeated.filter(isFirst).map(({ requestId }) => requestId));
      const recorded = unanswered.filter(({ requestId }) => !firsts.has(requestId));
      expect(streams.size).toBeGreaterThanOrEqual(REQUESTS);
      expect(recorded.length).toBeGreaterThan(0);
    });
  });
}

const isFirst = ({ status }: Answered): boolean => status === 201 || status === 202;

/** Everything is sent at the same moment; the first answer is the last. */
async function submitUntilItDies(replica: Replica, name: string) {
  const answered = Promise.withResolvers<void>();
  const sent = Array.from({ length: REQUESTS }, async (_, at) => {
    const submission = {
      as: 'ada',
      body: at % 2 === 0 ? SUMMARY : TRANSFER,
      key: `${name}-${at}`,
      prefer: 'respond-async',
    } as const;
    const requestId = requestIdFor('ada', submission.key);
    const answer = await submitTo(replica, submission).catch(() =>
      noAnswer(replica, { act: 'submit', as: 'ada', requestId }),
    );
    answered.resolve();
    return { requestId, submission, answer };
  });
  await answered.promise;
  await replica.kill();
  return Promise.all(sent);
}
