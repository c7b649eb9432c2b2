import { beforeAll, describe, expect, it } from '@jest/globals';
import { requestIdFor } from '../../../src/governed-request/submit-request/submission.js';
import { DRAFT, TRANSFER } from '../../support/docket/sample-requests.js';
import {
  decideAt,
  noAnswer,
  submitTo,
  type Answered,
  type Submission,
} from '../support/answered.js';
import type { Replica } from '../support/replica.js';
import type { Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, only, type Ending } from './story.js';

const REQUESTS = 60;
const REST_WITHIN = 20_000;

export function describeDying(replicas: () => Replicas): void {
  describe('Submissions at a replica that dies, repeated and approved at the others', () => {
    let ending: Ending;
    let submissions: readonly Submission[];
    let first: readonly Answered[];
    let repeated: readonly Answered[];

    beforeAll(async () => {
      await replicas().start();
      const [dying, ...others] = replicas().all;
      submissions = waitingAndBlocked(`${replicas().policy}-dying`);
      first = await submitUntilItDies(dying!, submissions);
      const answers = await Promise.all(submissions.map((one) => repeatAt(others, one)));
      repeated = answers.flatMap((those) => those.repeated);
      const approved = answers.flatMap((those) => those.approved);
      ending = await endingOf(replicas(), [...first, ...repeated, ...approved], REST_WITHIN);
    }, 60_000);

    itHoldsTogether(() => ending);

    it('stand for the same requests there', () => {
      const expected = submissions.flatMap((one) => [idOf(one), idOf(one)]);
      expect(repeated.map(({ told }) => told?.id)).toEqual(expected);
      expect(only(ending.streams, ending.answers).size).toBe(REQUESTS);
    });

    it('got answers before it died, and did not, some of them', () => {
      const isAnswered = ({ status }: Answered) => status !== 0;
      expect(first.some(isAnswered)).toBe(true);
      expect(first.every(isAnswered)).toBe(false);
    });
  });
}

/** What nobody carries out yet: what the dead one was at would come to rest only minutes later. */
const waitingAndBlocked = (name: string): readonly Submission[] =>
  Array.from({ length: REQUESTS }, (_, at) => ({
    as: 'ada',
    body: at % 3 === 0 ? TRANSFER : DRAFT,
    key: `${name}-${at}`,
    prefer: 'respond-async',
  }));

const idOf = ({ as, key }: Submission): string => requestIdFor(as, key);

/** Everything is sent at the same moment; the first answer is the sign to kill it. */
async function submitUntilItDies(
  replica: Replica,
  submissions: readonly Submission[],
): Promise<readonly Answered[]> {
  const sent = submissions.map((submission) =>
    submitTo(replica, submission).catch(() =>
      noAnswer(replica, { act: 'submit', as: submission.as, requestId: idOf(submission) }),
    ),
  );
  await Promise.race(sent);
  await replica.kill();
  return Promise.all(sent);
}

/** Whether the dead one recorded it or not: at the others it is submitted, and approved, at the same moment. */
async function repeatAt(others: readonly Replica[], submission: Submission) {
  const repeated = await Promise.all(others.map((other) => submitTo(other, submission)));
  const shown = repeated[0]?.told;
  if (shown?.status !== 'awaiting-approval') return { repeated, approved: [] };
  const approved = await Promise.all(
    others.map((other) => decideAt(other, 'grace', 'approve', shown)),
  );
  return { repeated, approved };
}
