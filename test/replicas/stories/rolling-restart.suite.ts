import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { requestIdFor } from '../../../src/governed-request/submit-request/submission.js';
import { DRAFT, SUMMARY } from '../../support/docket/sample-requests.js';
import { decideAt, submitTo, untilAnswered, type Answered } from '../support/answered.js';
import type { Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, only, type Ending } from './story.js';

const PAUSE_BETWEEN_REPLICAS = 500;
const PAUSE_BETWEEN_REQUESTS = 80;
/** Long enough that every replica is asked to stop with calls under way. */
const LATENCY = 150;
/** What a stopping one left is found by the next sweep. */
const REST_WITHIN = 20_000;

export function describeRollingRestart(replicas: () => Replicas): void {
  describe('Replicas that are restarted one after another under load', () => {
    let ending: Ending;
    let sent: number;
    let exitCodes: readonly (number | string)[];

    beforeAll(async () => {
      await replicas().start();
      replicas().gateway.latency = LATENCY;
      const rolled = new AbortController();
      const load = submitUntil(rolled.signal, replicas());
      exitCodes = await restartEach(replicas()).finally(() => rolled.abort());
      const stories = await load;
      sent = stories.length;
      ending = await endingOf(replicas(), stories.flat(), REST_WITHIN);
    }, 120_000);

    itHoldsTogether(() => ending);

    it('stop orderly when they are asked to', () => {
      expect(exitCodes).toEqual(replicas().all.map(() => 0));
    });

    it('lose no request: every one was answered and executed', () => {
      const streams = [...only(ending.streams, ending.answers).values()];
      expect(sent).toBeGreaterThan(20);
      expect(streams).toHaveLength(sent);
      expect(new Set(streams.map((events) => events.at(-1)?.type))).toEqual(new Set(['Executed']));
    });

    it('made clients try elsewhere, some of them', () => {
      expect(ending.answers.filter(({ status }) => status === 0).length).toBeGreaterThan(0);
    });
  });
}

async function restartEach({ all }: Replicas): Promise<readonly (number | string)[]> {
  const codes: (number | string)[] = [];
  for (const replica of all) {
    await sleep(PAUSE_BETWEEN_REPLICAS);
    codes.push(await replica.stop());
    await replica.start();
  }
  return codes;
}

async function submitUntil(
  signal: AbortSignal,
  replicas: Replicas,
): Promise<readonly (readonly Answered[])[]> {
  const sent: Promise<readonly Answered[]>[] = [];
  while (!signal.aborted) {
    sent.push(submitAndApprove(replicas, sent.length));
    await sleep(PAUSE_BETWEEN_REQUESTS);
  }
  return Promise.all(sent);
}

async function submitAndApprove(
  { all, policy }: Replicas,
  at: number,
): Promise<readonly Answered[]> {
  const key = `${policy}-rolling-${at}`;
  const requestId = requestIdFor('bob', key);
  const body = at % 3 === 0 ? DRAFT : SUMMARY;
  const submissions = await untilAnswered(
    all,
    at,
    { act: 'submit', as: 'bob', requestId },
    (replica) => submitTo(replica, { as: 'bob', body, key, prefer: 'wait=5' }),
  );
  const shown = submissions.at(-1)?.told;
  if (shown?.status !== 'awaiting-approval') return submissions;
  const approvals = await untilAnswered(
    all,
    at + 1,
    { act: 'approve', as: 'grace', requestId },
    (replica) => decideAt(replica, 'grace', 'approve', shown),
  );
  return [...submissions, ...approvals];
}
