import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { SUMMARY } from '../../support/docket/sample-requests.js';
import { ofType } from '../checks/check-streams.js';
import { submitTo } from '../support/answered.js';
import { eventually } from '../support/eventually.js';
import { isFinal } from '../support/outcome.js';
import type { LostReplicas } from './lost-replicas.js';
import { endingOf, itHoldsTogether, type Ending } from './story.js';

/** The sweeper comes by every five seconds; the rest is for a busy machine. */
const SWEPT_WITHIN = 10_000;
/** Time that whoever started a call has beyond its deadline to record the outcome. */
const GRACE = 30_000;
const REST_WITHIN = 60_000;

/** What became of the work of replicas that were lost some time ago. */
export function describeLostReplicas(lost: () => LostReplicas): void {
  describe('The work of a replica that was killed, and of one that fell asleep', () => {
    let ending: Ending;

    beforeAll(async () => {
      const { replicas, sleeper, killed, asleep, answers } = lost();
      const given = [...killed.calling, ...asleep.calling];
      await eventually('nothing is under way', REST_WITHIN, async () => {
        const streams = await Promise.all(given.map((id) => replicas.log.eventsOf(id)));
        return streams.every((events) => events.some(isFinal));
      });
      sleeper.resume();
      const fresh = await submitTo(sleeper, {
        as: 'bob',
        body: SUMMARY,
        key: undefined,
        prefer: 'wait=10',
      });
      ending = await endingOf(replicas, [...answers, fresh], REST_WITHIN);
    }, 90_000);

    afterAll(() => lost().replicas.close());

    itHoldsTogether(() => ending);

    it('is carried out by another where it was only allowed, within a sweep', () => {
      const { killed, asleep } = lost();
      for (const id of [...killed.queued, ...asleep.queued]) {
        expect(typesOf(id)).toEqual(['Submitted', 'Classified', 'ExecutionStarted', 'Executed']);
        const [started] = ofType(eventsOf(id), 'ExecutionStarted');
        const waited = Date.parse(started?.data.startedAt ?? '') - killed.at;
        expect(waited).toBeLessThan(SWEPT_WITHIN);
      }
    });

    it('was not carried out before its replica was lost', () => {
      const { killed, replicas } = lost();
      const before = killed.queued.flatMap((id) => replicas.gateway.callsOf(id));
      expect(before.filter(({ at }) => at < killed.at)).toEqual([]);
    });

    it('has an unknown outcome where the agent was at it, half a minute after the deadline', () => {
      const { killed, asleep } = lost();
      for (const id of [...killed.calling, ...asleep.calling]) {
        const [started] = ofType(eventsOf(id), 'ExecutionStarted');
        const [unknown] = ofType(eventsOf(id), 'ExecutionOutcomeUnknown');
        expect(unknown?.data.code).toBe('execution-abandoned');
        const deadline = Date.parse(started?.data.deadline ?? '');
        const waited = Date.parse(unknown?.data.finishedAt ?? '') - deadline;
        expect(waited).toBeGreaterThanOrEqual(GRACE);
        expect(waited).toBeLessThan(GRACE + SWEPT_WITHIN);
      }
    });

    it('never goes to the agent a second time', () => {
      const { killed, asleep, replicas } = lost();
      for (const id of [...killed.calling, ...asleep.calling]) {
        expect(replicas.gateway.callsOf(id)).toHaveLength(1);
      }
    });

    it('is known to its clients elsewhere by the same key, though nobody ever answered them', () => {
      const { killed, repeated, answers, survivor } = lost();
      const unanswered = answers.filter(({ status }) => status === 0);
      expect(unanswered.map(({ requestId }) => requestId)).toEqual([
        ...killed.calling,
        ...killed.queued,
      ]);
      const again = answers.filter(({ replica }) => replica === survivor.name);
      expect(again.map(({ status, told }) => [status, told?.id])).toEqual(
        [...killed.calling, ...repeated].flatMap((id) => [
          [200, id],
          [200, id],
        ]),
      );
    });

    it('lets the sleeper go on as if nothing had been', () => {
      const fresh = ending.answers.at(-1);
      expect([fresh?.status, fresh?.told?.status]).toEqual([201, 'executed']);
      expect(lost().sleeper.isRunning).toBe(true);
    });

    const eventsOf = (id: string): readonly RecordedEvent[] => ending.streams.get(id) ?? [];
    const typesOf = (id: string) => eventsOf(id).map(({ type }) => type);
  });
}
